"""The life of a message."""

from app.core.outbound.chart import write_moves
from app.core.translations import _l
from app.core.workflow import Chart, Move, State

MESSAGE = Chart(
    "message",
    initial="queued",
    states=[
        State("queued", _l("Queued"), "waiting"),
        State("sending", _l("Sending"), "working"),
        State("sent", _l("Sent"), "working"),
        State("delivered", _l("Delivered"), "good"),
        State("opened", _l("Opened"), "good"),
        State("bounced", _l("Bounced"), "bad"),
        State("failed", _l("Failed"), "bad"),
        State("unknown", _l("Unconfirmed"), "attention"),
        State("suppressed", _l("Not sent"), "held"),
    ],
    moves=[
        *write_moves("queued"),
        Move("suppress", ("queued",), "suppressed"),
        Move("deliver", ("sent",), "delivered"),
        Move("open", ("sent", "delivered"), "opened"),
        Move("bounce", ("sent", "delivered"), "bounced"),
        Move("settle", ("unknown",), "sent"),
    ],
)

#: Staff may send a message again from these (as a new row).
RESENDABLE = frozenset({"failed", "unknown", "bounced"})
#: Reached only after the message was handed over.
SENT = frozenset({"sent", "delivered", "opened", "bounced"})
WENT_WELL = SENT - {"bounced"}
LOST = RESENDABLE - {"unknown"}
