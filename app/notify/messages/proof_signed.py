"""To the customer: the proof was approved, and by whom."""

from app.notify.context import artwork_context
from app.notify.messages import MessageType

MESSAGE = MessageType(
    ("proof.signed",), context=artwork_context, texts={"approved_by": ("typed_name",)}
)
