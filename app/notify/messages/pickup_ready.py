"""To the customer: the order is ready for pickup."""

from __future__ import annotations

from app.notify.audiences import order_contact
from app.notify.context import parcel_context
from app.notify.messages import MessageType

MESSAGE = MessageType(
    events=("shipment.ready_for_pickup",),
    audience=order_contact,
    channels=("email",),
    context=parcel_context,
)
