"""Requesting a label, and recording that none was sold. The outbound driver buys it.

These run as verbs (app/fulfilment/verbs.py): the shipment is locked and everything was checked before.
"""

from sqlalchemy import func, select

from app.core.actor import Actor
from app.core.db import db
from app.core.errors import BadInput
from app.core.events import record as record_event
from app.core.outbound import driver
from app.core.outbound import intent as intents
from app.core.outbound.intent import OutboundIntent
from app.core.translations import _
from app.fulfilment.carriers import carrier
from app.fulfilment.models import LABEL_NUMBERS, ShipmentWithLabel


def buy_label(
    record: ShipmentWithLabel,
    actor: Actor,
    carrier_key: str = "generic",
    service: str = "standard",
) -> OutboundIntent:
    """Write down, with its key, that a label is wanted; a worker buys it after this is committed.

    Raises NotFound (carrier) and BadInput (service). Records shipment.label_requested.
    """
    shipment, last = record.shipment, record.label
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
