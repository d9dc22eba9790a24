"""To the customer: the order is ready for pickup."""

from app.notify.context import parcel_context
from app.notify.messages import MessageType

MESSAGE = MessageType(("shipment.ready_for_pickup",), context=parcel_context)
