"""To the customer: the new link that they requested."""

from __future__ import annotations

from app.notify.audiences import link_requester
from app.notify.context import order_context
from app.notify.messages import MessageType

MESSAGE = MessageType(
    events=("link.requested",),
    audience=link_requester,
    channels=("email",),
    context=lambda event, to: order_context(to),
)
