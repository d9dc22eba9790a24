"""The kinds of events of shipments."""

import uuid

from app.core.events import EventKind, Payload, Personal, PersonalOrNone, payload
from app.core.translations import _l


class Moved(Payload):
    """What messages say of the shipment."""

    shipment: str
    carrier: str
    tracking_number: str
    tracking_url: str
    pieces: int


NO_LABEL = payload(intent_id=uuid.UUID, reason=PersonalOrNone)
PROBLEM = payload(Moved, problem=Personal)

EventKind("shipment.created", _l("Shipment created"), payload(lines=dict[str, int]), public=True)
EventKind("shipment.picking", _l("Picking started"), is_routine=True)
EventKind(
    "shipment.packed",
    _l("Packed"),
    payload(weight_g=int, size_mm=tuple[int, int, int] | None),
    _l("We packed your parcel"),
    public=True,
)
EventKind(
    "shipment.label_requested",
    _l("Label requested"),
    payload(intent_id=uuid.UUID, key=str, carrier=str),
    is_routine=True,
)
EventKind(
    "shipment.labelled",
    _l("Label purchased"),
    payload(
        intent_id=uuid.UUID,
        carrier=str,
        tracking_number=str,
        sha256=str,
        cost_minor=int,
        currency=str,
    ),
    detail="tracking_number",
)
EventKind("shipment.label_failed", _l("Label refused"), NO_LABEL, tone="bad", detail="reason")
EventKind(
    "shipment.label_unknown",
    _l("Label purchase unconfirmed"),
    NO_LABEL,
    tone="bad",
    detail="reason",
)
EventKind(
    "shipment.shipped",
    _l("Shipped"),
    Moved,
    _l("We shipped your parcel"),
    tone="good",
    detail="tracking_number",
    public=True,
)
EventKind(
    "shipment.delivered",
    _l("Delivered"),
    Moved,
    _l("Your parcel was delivered"),
    tone="done",
    detail="tracking_number",
    public=True,
)
EventKind(
    "shipment.exception", _l("Delivery problem"), PROBLEM, tone="bad", detail="problem", public=True
)
EventKind("shipment.returned", _l("Returned"), PROBLEM, tone="bad", detail="problem", public=True)
EventKind(
    "shipment.ready_for_pickup",
    _l("Ready for pickup"),
    Payload,
    _l("Ready for pickup"),
    public=True,
)
EventKind("shipment.delivery_changed", _l("Delivery changed"), public=True)
EventKind(
    "shipment.collected",
    _l("Collected"),
    payload(Moved, collected_by=Personal),
    _l("You collected your order"),
    tone="done",
    detail="collected_by",
    public=True,
)
