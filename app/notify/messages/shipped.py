"""To the customer: a parcel is on its way, with its tracking number."""

from app.notify.context import parcel_context
from app.notify.messages import MessageType

MESSAGE = MessageType(("shipment.shipped",), context=parcel_context)
