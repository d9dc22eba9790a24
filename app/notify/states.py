"""The life of a message."""

from __future__ import annotations

from app.core.outbound.chart import write_moves
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
