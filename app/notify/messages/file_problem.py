"""To the customer: a file can't be used; preflight or our team says why."""

from app.notify.context import artwork_context
from app.notify.messages import MessageType

MESSAGE = MessageType(
    ("artwork.file_refused", "artwork.sent_back", "artwork.on_hold"),
    context=artwork_context,
    texts={"problem": ("problem", "reason", "note")},
)
