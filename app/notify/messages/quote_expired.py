"""To the customer: the quote has expired."""

from app.notify.context import quote_context
from app.notify.messages import MessageType

MESSAGE = MessageType(("quote.expired",), context=quote_context)
