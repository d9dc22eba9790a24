"""To the customer: the order has been cancelled, and why."""

from app.notify.messages import MessageType

MESSAGE = MessageType(("order.cancelled",), texts={"reason": ("reason",)})
