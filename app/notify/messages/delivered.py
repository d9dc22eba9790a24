"""To the customer: a parcel has been delivered."""

from __future__ import annotations

from app.notify.audiences import order_contact
from app.notify.context import order_context, text_of
from app.notify.messages import MessageType

MESSAGE = MessageType(
    events=("shipment.delivered",),
    audience=order_contact,
    channels=("email",),
    context=lambda event, to: (
        order_context(to) | {"tracking_number": text_of(event, "tracking_number")}
    ),
)
