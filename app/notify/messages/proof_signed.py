"""To the customer: the proof was approved, and by whom."""

from __future__ import annotations

from app.notify.audiences import order_contact
from app.notify.context import artwork_context, text_of
from app.notify.messages import MessageType

MESSAGE = MessageType(
    events=("proof.signed",),
    audience=order_contact,
    channels=("email",),
    context=lambda event, to: (
        artwork_context(event, to) | {"approved_by": text_of(event, "typed_name")}
    ),
)
