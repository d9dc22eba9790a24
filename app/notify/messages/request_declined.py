"""To the customer: we can't make this, and why."""

from app.notify.messages import MessageType

MESSAGE = MessageType(("order.declined",), texts={"reason": ("reason",)})
