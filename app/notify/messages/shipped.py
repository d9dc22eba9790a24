"""To the customer: a parcel is on its way, with its tracking number."""

from __future__ import annotations

from app.notify.audiences import order_contact
from app.notify.context import order_context, text_of
from app.notify.messages import MessageType

MESSAGE = MessageType(
    events=("shipment.shipped",),
    audience=order_contact,
    channels=("email",),
    context=lambda event, to: (
        order_context(to)
        | {
            "carrier": text_of(event, "carrier"),
            "tracking_number": text_of(event, "tracking_number"),
        }
    ),
)
