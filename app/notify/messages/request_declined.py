"""To the customer: we can't make this, and why."""

from __future__ import annotations

from app.notify.audiences import order_contact
from app.notify.context import order_context, text_of
from app.notify.messages import MessageType

MESSAGE = MessageType(
    events=("order.declined",),
    audience=order_contact,
    channels=("email",),
    context=lambda event, to: order_context(to) | {"reason": text_of(event, "reason")},
)
