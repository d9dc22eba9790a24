"""To the customer: a proof (or design) to approve."""

from app.notify.context import artwork_context, version_is_current
from app.notify.messages import MessageType

MESSAGE = MessageType(("proof.sent",), context=artwork_context, is_current=version_is_current)
