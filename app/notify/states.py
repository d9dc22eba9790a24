"""The life of a message."""

from __future__ import annotations

from app.core.workflow import Chart, Move, State

MESSAGE = Chart(
    "message",
    initial="queued",
    states=[
        State("queued", "Queued", "waiting"),
        State("sending", "Sending", "working"),
        State("sent", "Sent", "working"),
        State("delivered", "Delivered", "good"),
        State("opened", "Opened", "good"),
        State("bounced", "Bounced", "bad"),
        State("failed", "Failed", "bad"),
        State("unknown", "Unconfirmed", "attention"),
        State("suppressed", "Not sent", "held"),
    ],
    moves=[
        # a failed one is claimed again only by a replay of its dead letter
        Move("claim", ("queued", "failed"), "sending"),
        Move("release", ("sending",), "queued"),
        Move("accept", ("sending",), "sent"),
        Move("fail", ("queued", "sending"), "failed"),
        Move("lose", ("sending",), "unknown"),
        Move("suppress", ("queued",), "suppressed"),
        Move("deliver", ("sent",), "delivered"),
        Move("open", ("sent", "delivered"), "opened"),
        Move("bounce", ("sent", "delivered"), "bounced"),
        Move("settle", ("unknown",), "sent"),
    ],
)

RESENDABLE = frozenset({"failed", "unknown", "bounced"})
"""States from which staff may send a message again (as a new row)."""

SENT = frozenset({"sent", "delivered", "opened", "bounced"})
WENT_WELL = SENT - {"bounced"}
LOST = RESENDABLE - {"unknown"}
"""States that a message only reaches by having been handed over."""
