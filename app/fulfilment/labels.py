"""What the outbound driver asks of labels: the request, and how a shipment follows its outcome."""

from typing import Any

from app.core.actor import Actor
from app.core.db import get
from app.core.events import record
from app.core.outbound.adapters import Adapter
from app.core.outbound.driver import Result
from app.core.outbound.intent import OutboundIntent
from app.core.settings import current
from app.customers.address import PostalAddress
from app.fulfilment.carriers import LabelRequest
from app.fulfilment.models import Shipment
from app.fulfilment.states import SHIPMENT
from app.orders.models import Order

REFUSED = {
    "fail": "shipment.label_failed",
    "deny": "shipment.label_failed",
    "lose": "shipment.label_unknown",
}


def prepare(intent: OutboundIntent, adapter: Adapter) -> LabelRequest:
    """Return what the carrier is asked for the locked shipment."""
    shipment: Shipment = intent.subject
    parcel = shipment.parcels[0] if shipment.parcels else None
    chosen = current()
    street, *rest = [part.strip() for part in chosen.shop_address.split(",")] or [""]
    return LabelRequest(
        key=intent.key,
        sequence=intent.payload["sequence"],
        service=intent.payload["service"],
        reference=shipment.ref,
        order_number=get(Order, shipment.order_id).ref,
        sender=PostalAddress(name=chosen.shop_name, line_1=street, line_2=", ".join(rest)),
        recipient=shipment.address,
        weight_g=shipment.weight_g or 1,
        size_mm=parcel.size_mm if parcel else None,
    )


def follow(intent: OutboundIntent, result: Result, change: dict[str, Any], actor: Actor) -> None:
    """Let the locked shipment follow: labelled with the tracking number, or the event that says why not.

    Records shipment.labelled, shipment.label_failed or shipment.label_unknown.
    """
    shipment: Shipment = intent.subject
    if result.trigger in REFUSED:
        data = {"intent_id": intent.id, "reason": intent.error}
        name = REFUSED[result.trigger]
        record(name, shipment, actor, data=data)
    if result.trigger != "accept":
        return
    moved = SHIPMENT.fire(shipment, "label")
    bought = dict(intent.outcome or {})
    shipment.tracking_number = bought["tracking_number"]
    shipment.label_key, shipment.label_sha256 = bought.pop("storage_key"), bought["sha256"]
    record(
        "shipment.labelled",
        shipment,
        actor,
        **moved,
        data={"intent_id": intent.id, "carrier": intent.adapter_key, **bought},
    )
