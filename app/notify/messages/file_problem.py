"""To the customer: a file can't be used; preflight or our team says why."""

from __future__ import annotations

from app.notify.audiences import order_contact
from app.notify.context import artwork_context, text_of
from app.notify.messages import MessageType

#: Where the events say what is wrong with the file.
PROBLEM_KEYS = ("problem", "reason", "note")


MESSAGE = MessageType(
    events=("artwork.file_refused", "artwork.sent_back", "artwork.on_hold"),
    audience=order_contact,
    channels=("email",),
    context=lambda event, to: (
        artwork_context(event, to)
        | {"problem": next((text for key in PROBLEM_KEYS if (text := text_of(event, key))), "")}
    ),
)
