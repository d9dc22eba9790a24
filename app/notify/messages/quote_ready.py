"""To the customer: the quote, with its total and how long it is valid."""

from app.notify.context import quote_context, quote_is_current
from app.notify.messages import MessageType

MESSAGE = MessageType(("quote.sent",), context=quote_context, is_current=quote_is_current)
