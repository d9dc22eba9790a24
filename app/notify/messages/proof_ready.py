"""To the customer: a proof (or design) to approve."""

from app.notify.context import artwork_context
from app.notify.messages import MessageType

MESSAGE = MessageType(("proof.sent",), context=artwork_context)
