"""To the customer: the new link that they requested."""

from app.notify.context import link_requester
from app.notify.messages import MessageType

MESSAGE = MessageType(("link.requested",), audience=link_requester)
