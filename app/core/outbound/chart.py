"""The states of one write to another system."""

from app.core.translations import _l
from app.core.workflow import Chart, Move, State


def write_moves(waiting: str) -> tuple[Move, ...]:
    """Return the moves that the driver makes of a write that was `waiting`."""
    return (
        # a failed one is claimed again only by a replay of its dead letter
        Move("claim", (waiting, "failed"), "sending"),
        Move("release", ("sending",), waiting),
        Move("accept", ("sending",), "sent"),
        Move("fail", (waiting, "sending"), "failed"),
        Move("lose", ("sending",), "unknown"),
    )


OUTBOUND = Chart(
    "outbound",
    initial="intended",
    tables=("outbound_intents", "sync_intents"),
    states=[
        State("intended", _l("Queued"), "waiting"),
        State("sending", _l("Sending"), "working"),
        State("sent", _l("Sent"), "good"),
        State("failed", _l("Failed"), "bad"),
        State("unknown", _l("Unknown outcome"), "attention"),
        State("abandoned", _l("Abandoned"), "held"),
    ],
    moves=[
        *write_moves("intended"),
        Move("deny", ("unknown",), "failed"),
        Move("retry", ("failed", "unknown"), "intended"),
        Move("settle", ("unknown",), "sent"),
        Move("abandon", ("failed", "unknown"), "abandoned"),
    ],
)

NEEDS_PERSON = ("failed", "unknown")
"""States that only a person can end."""
UNDER_WAY = frozenset({"intended", "sending"})
