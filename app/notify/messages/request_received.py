"""To the customer: we've received the request and prepare a quote."""

from app.notify.messages import MessageType

MESSAGE = MessageType(("order.requested",))
