"""To the customer: a parcel has been delivered."""

from app.notify.context import parcel_context
from app.notify.messages import MessageType

MESSAGE = MessageType(("shipment.delivered",), context=parcel_context)
