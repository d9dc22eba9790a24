"""Requesting a label, and recording that none was sold, as verbs; what the outbound driver asks to buy it.

The shipment is locked by whoever calls, and was checked before.
"""

from typing import Any

from sqlalchemy import func, select

from app.core.actor import Actor
from app.core.db import db, get
from app.core.errors import BadInput, WrongState
from app.core.events import record as record_event
from app.core.outbound import driver
from app.core.outbound import intent as intents
from app.core.outbound.adapters import Adapter
from app.core.outbound.intent import OutboundIntent
from app.core.shop.details import shop_details
from app.core.translations import _
from app.fulfilment.carriers import LabelRequest, carrier
from app.fulfilment.models import LABEL_NUMBERS, Shipment, ShipmentWithLabel
from app.fulfilment.states import SHIPMENT
from app.orders.models import Order


def buy_label(
    record: ShipmentWithLabel, actor: Actor, carrier_key: str = "generic", service: str = "standard"
) -> OutboundIntent:
    """Write down, with its key, that a label is wanted; a worker buys it after this is committed.

    Raises WrongState where the order goes elsewhere by now, NotFound (carrier) and
    BadInput (service). Records shipment.label_requested.
    """
    shipment, last = record.shipment, record.label
    order = get(Order, shipment.order_id)  # locked with its shipment: nobody sets it anew meanwhile
    if (order.delivery, order.ship_to) != (shipment.method, shipment.address):
        raise WrongState(
            _("The delivery of %(ref)s has just been changed.", ref=order.ref),
            next_step=_("Reload the page, then purchase the label for the new address."),
        )
    adapter = carrier(carrier_key)
    if service not in adapter.services:
        names = ", ".join(adapter.services.values())
        raise BadInput(
            _("%(adapter)s has: %(names)s.", adapter=adapter.name, names=names), field="service"
        )
    if last is not None:
        _finish(last, "abandon", last.error or "", actor)  # the new one takes its place
    count = select(func.count()).where(OutboundIntent.subject_id == shipment.id)
    intent, _created = intents.intend(
        adapter.kind,
        adapter.key,
        shipment,
        {"service": service, "sequence": db.session.scalar(LABEL_NUMBERS)},
        key=f"label:{shipment.id}:{(db.session.scalar(count) or 0) + 1}",
        stream_id=shipment.order_id,
    )
    shipment.carrier_key, shipment.service = adapter.key, service
    data = {"intent_id": intent.id, "key": intent.key, "carrier": adapter.key}
    record_event("shipment.label_requested", shipment, actor, data=data)
    return intent


def mark_not_purchased(record: ShipmentWithLabel, actor: Actor, reason: str) -> OutboundIntent:
    """Record of an unconfirmed purchase that the carrier sold no label; then a new one may be bought."""
    assert record.label is not None, "the verb's rule asks for it"
    return _finish(record.label, "deny", reason, actor)


def _finish(intent: OutboundIntent, trigger: str, sentence: str, actor: Actor) -> OutboundIntent:
    """Move the intent of a locked shipment by a person's decision."""
    held, kind = intents.lock(intent.id)
    driver.apply(held, kind, driver.Result(trigger, sentence=sentence), actor)
    return held


REFUSED = {
    "fail": "shipment.label_failed",
    "deny": "shipment.label_failed",
    "lose": "shipment.label_unknown",
}


def prepare(intent: OutboundIntent, adapter: Adapter) -> LabelRequest:
    """Return what the carrier is asked for the locked shipment."""
    shipment: Shipment = intent.subject
    parcel = shipment.parcels[0] if shipment.parcels else None
    return LabelRequest(
        key=intent.key,
        sequence=intent.payload["sequence"],
        service=intent.payload["service"],
        reference=shipment.ref,
        order_number=get(Order, shipment.order_id).ref,
        sender=shop_details().postal_address,
        recipient=shipment.address,
        weight_g=shipment.weight_g or 1,
        size_mm=parcel.size_mm if parcel else None,
    )


def follow(intent: OutboundIntent, result: driver.Result, change: object, actor: Actor) -> None:
    """Let the locked shipment follow: labelled with the tracking number, or the event that says why not.

    Records shipment.labelled, shipment.label_failed or shipment.label_unknown.
    """
    shipment: Shipment = intent.subject
    if event := REFUSED.get(result.trigger):
        data: dict[str, Any] = {"intent_id": intent.id, "reason": intent.error}
        record_event(event, shipment, actor, data=data)
    if result.trigger != "accept":
        return
    moved = SHIPMENT.fire(shipment, "label")
    bought = dict(intent.outcome or {})
    shipment.tracking_number = bought["tracking_number"]
    shipment.label_key, shipment.label_sha256 = bought.pop("storage_key"), bought["sha256"]
    data = {"intent_id": intent.id, "carrier": intent.adapter_key, **bought}
    record_event("shipment.labelled", shipment, actor, **moved, data=data)
