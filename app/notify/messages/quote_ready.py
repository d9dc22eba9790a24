"""To the customer: the quote, with its total and how long it is valid."""

from __future__ import annotations

from app.notify.audiences import order_contact
from app.notify.context import quote_context
from app.notify.messages import MessageType

MESSAGE = MessageType(
    events=("quote.sent",),
    audience=order_contact,
    channels=("email",),
    context=lambda event, to: quote_context(to),
)
