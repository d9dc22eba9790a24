"""To the customer: the quote was accepted, the order is confirmed."""

from __future__ import annotations

from app.notify.audiences import order_contact
from app.notify.context import quote_context
from app.notify.messages import MessageType

MESSAGE = MessageType(
    events=("order.placed",),
    audience=order_contact,
    channels=("email",),
    context=lambda event, to: quote_context(to),
)
