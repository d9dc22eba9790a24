"""To the customer: the changes they requested, and what comes next."""

from app.notify.context import artwork_context
from app.notify.messages import MessageType

MESSAGE = MessageType(
    ("artwork.changes_requested",), context=artwork_context, texts={"changes": ("note",)}
)
