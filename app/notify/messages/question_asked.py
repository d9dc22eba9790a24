"""To the customer: we have a question about the request."""

from __future__ import annotations

from app.notify.audiences import order_contact
from app.notify.context import order_context, text_of
from app.notify.messages import MessageType

MESSAGE = MessageType(
    events=("order.asked",),
    audience=order_contact,
    channels=("email",),
    context=lambda event, to: order_context(to) | {"question": text_of(event, "question")},
)
