"""To the customer: we've received the request and prepare a quote."""

from __future__ import annotations

from app.notify.audiences import order_contact
from app.notify.context import order_context
from app.notify.messages import MessageType

MESSAGE = MessageType(
    events=("order.requested",),
    audience=order_contact,
    channels=("email",),
    context=lambda event, to: order_context(to),
)
