"""Asking for a label, and giving up on one. The outbound driver buys it."""

from __future__ import annotations

import uuid

from sqlalchemy import func, select

from app.core.actor import Actor, require
from app.core.db import db
from app.core.errors import AlreadyDone, BadInput, WrongState
from app.core.events import record
from app.core.outbound import driver
from app.core.outbound import intent as intents
from app.core.outbound.intent import OutboundIntent
from app.fulfilment import locks
from app.fulfilment.carriers import carrier
from app.fulfilment.models import LABEL_NUMBERS
from app.fulfilment.queries import label_intent
from app.fulfilment.states import SHIPMENT

FIELD_WORDS = {"name": "name", "line_1": "street", "city": "city", "country": "country"}


def buy_label(
    shipment_id: uuid.UUID,
    *,
    actor: Actor,
    carrier_key: str = "generic",
    service: str = "standard",
) -> OutboundIntent:
    """Write down, with its key, that a label is wanted; a worker buys it after this is committed.

    Locks the shipment. Raises NotAllowed, NotFound (shipment, carrier), WrongState (not packed, a
    pickup), AlreadyDone (asked for or bought before), BadInput (service, address incomplete).
    """
    shipment = locks.shipment(shipment_id)
    require(actor, "shipment.label", stream_id=shipment.order_id)
    last = label_intent(shipment.id)
    if last is not None and last.state != "failed":
        raise AlreadyDone(
            f"A label for {shipment.ref} was asked for before.",
            next_step="It appears here as soon as the carrier answers.",
        )
    if shipment.method == "pickup":
        raise WrongState(f"{shipment.ref} is collected: it needs no label.")
    if not SHIPMENT.can(shipment.state, "label"):
        raise WrongState(
            f"{shipment.ref} is {SHIPMENT.word(shipment.state).lower()}, not packed.",
            next_step="Pack it first.",
        )
    adapter = carrier(carrier_key)
    if service not in adapter.services:
        names = ", ".join(adapter.services.values())
        raise BadInput(f"{adapter.name} has: {names}.", field="service")
    if lacking := shipment.address.missing():
        words = ", ".join(FIELD_WORDS[key] for key in lacking)
        raise BadInput(f"The address lacks: {words}.", field="address")
    if last is not None:
        _finish(last, "abandon", last.error or "", actor)  # the new one takes its place
    count = select(func.count()).where(OutboundIntent.subject_id == shipment.id)
    intent, _ = intents.intend(
        adapter.kind,
        adapter.key,
        shipment,
        {"service": service, "sequence": db.session.scalar(LABEL_NUMBERS)},
        key=f"label:{shipment.id}:{(db.session.scalar(count) or 0) + 1}",
        stream_id=shipment.order_id,
    )
    shipment.carrier_key, shipment.service = adapter.key, service
    record(
        "shipment.label_requested",
        shipment,
        actor,
        stream_id=shipment.order_id,
        data={"intent_id": intent.id, "key": intent.key, "carrier": adapter.key},
    )
    return intent


def give_up_label(shipment_id: uuid.UUID, reason: str, *, actor: Actor) -> OutboundIntent:
    """Say of an unknown purchase that there is no label, after asking the carrier by other means.

    Then a new one may be asked for. Raises NotAllowed, NotFound, WrongState, BadInput (no reason).
    """
    shipment = locks.shipment(shipment_id)
    require(actor, "shipment.label", stream_id=shipment.order_id)
    if not reason.strip():
        raise BadInput("Say what the carrier told you.", field="reason")
    intent = label_intent(shipment.id)
    if intent is None or intent.state != "unknown":
        raise WrongState(f"No label of {shipment.ref} is in doubt.")
    return _finish(intent, "deny", reason.strip()[:500], actor)


def _finish(intent: OutboundIntent, trigger: str, sentence: str, actor: Actor) -> OutboundIntent:
    """Move the intent of a locked shipment by a person's decision."""
    held, kind = intents.lock(intent.id)
    driver.apply(held, kind, driver.Result(trigger, sentence=sentence), actor)
    return held
