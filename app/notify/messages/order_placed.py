"""To the customer: the quote was accepted, the order is confirmed."""

from app.notify.context import quote_context
from app.notify.messages import MessageType

MESSAGE = MessageType(("order.placed",), context=quote_context)
