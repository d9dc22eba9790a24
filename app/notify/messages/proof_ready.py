"""To the customer: a proof (or design) to approve."""

from __future__ import annotations

from app.notify.audiences import order_contact
from app.notify.context import artwork_context
from app.notify.messages import MessageType

MESSAGE = MessageType(
    events=("proof.sent",),
    audience=order_contact,
    channels=("email",),
    context=artwork_context,
)
