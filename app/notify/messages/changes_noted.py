"""To the customer: the changes they requested, and what comes next."""

from __future__ import annotations

from app.notify.audiences import order_contact
from app.notify.context import artwork_context, text_of
from app.notify.messages import MessageType

MESSAGE = MessageType(
    events=("artwork.changes_requested",),
    audience=order_contact,
    channels=("email",),
    context=lambda event, to: artwork_context(event, to) | {"changes": text_of(event, "note")},
)
