"""To the customer: we have a question about the request."""

from app.notify.messages import MessageType

MESSAGE = MessageType(("order.asked",), texts={"question": ("question",)})
