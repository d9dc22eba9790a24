"""To the customer: a parcel is on its way, with its tracking number."""

from __future__ import annotations

from app.notify.audiences import order_contact
from app.notify.context import parcel_context
from app.notify.messages import MessageType

MESSAGE = MessageType(
    events=("shipment.shipped",),
    audience=order_contact,
    channels=("email",),
    context=parcel_context,
)
