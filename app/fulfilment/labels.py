"""Buying a label in three steps, so that a crash never buys twice and no transaction waits.

`load_label` marks the intent as being bought and is committed; `buy` asks the carrier with no
transaction open; `save_label` writes what came back. `label_failed` says what became of a refusal.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass

from app.core import storage
from app.core.actor import Actor
from app.core.errors import AlreadyDone, BadInput, Unavailable, WrongState
from app.core.events import record
from app.core.settings import current
from app.fulfilment import locks
from app.fulfilment.carriers import CarrierError, LabelRequest, carrier
from app.fulfilment.models import LabelIntent, Shipment
from app.fulfilment.states import SHIPMENT
from app.orders.models import Order


@dataclass(frozen=True)
class LabelWork:
    """One purchase to be made."""

    intent_id: uuid.UUID
    carrier_key: str
    request: LabelRequest


@dataclass(frozen=True)
class BoughtLabel:
    """What was bought, the PDF already in storage."""

    tracking_number: str
    storage_key: str
    sha256: str
    cost_minor: int
    currency: str


def load_label(intent_id: uuid.UUID, *, actor: Actor) -> LabelWork | None:
    """Mark the intent as being bought and return the request; None where nothing is to be done.

    An intent that is being bought already was left by a crash: it is tried again only with a carrier
    that repeats by key, else it becomes unknown and a person looks. Commit before `buy`.
    """
    intent, shipment = locks.intent(intent_id)
    if intent.state not in ("requested", "buying"):
        return None
    adapter = carrier(intent.carrier_key)
    if intent.state == "buying" and not adapter.repeats_by_key:
        _doubt(
            intent, shipment, "The purchase broke off; the carrier may have sold a label.", actor
        )
        return None
    intent.state, intent.attempts = "buying", intent.attempts + 1
    return LabelWork(intent.id, adapter.key, _request(intent, shipment))


def buy(work: LabelWork) -> BoughtLabel:
    """Ask the carrier and store the PDF under a key that holds its hash. No transaction may be open.

    Raises BadInput where the carrier refuses for good, Unavailable where it may be asked again.
    """
    try:
        label = carrier(work.carrier_key).buy(work.request)
    except CarrierError as problem:
        if problem.permanent:
            raise BadInput(problem.sentence, next_step="Mend it and ask again.") from problem
        raise Unavailable(problem.sentence) from problem
    digest = hashlib.sha256(label.pdf).hexdigest()
    key = f"papers/labels/{work.intent_id}/{digest}.pdf"
    storage.put_bytes(key, label.pdf, "application/pdf")
    return BoughtLabel(label.tracking_number, key, digest, label.cost_minor, label.currency)


def save_label(work: LabelWork, bought: BoughtLabel, *, actor: Actor) -> Shipment:
    """Write the tracking number and the label; the shipment is labelled.

    Raises AlreadyDone where the same was saved before, WrongState where the intent was given up
    meanwhile (the label bought stands in the error then).
    """
    intent, shipment = locks.intent(work.intent_id)
    if intent.state == "bought":
        raise AlreadyDone(f"The label of {shipment.ref} is there already.")
    if intent.state != "buying":
        raise WrongState(f"Label {bought.tracking_number} was bought, but nobody wants it now.")
    change = SHIPMENT.fire(shipment, "label")
    shipment.tracking_number = bought.tracking_number
    shipment.label_key, shipment.label_sha256 = bought.storage_key, bought.sha256
    intent.state, intent.error = "bought", ""
    intent.outcome = {
        "tracking_number": bought.tracking_number,
        "sha256": bought.sha256,
        "cost_minor": bought.cost_minor,
        "currency": bought.currency,
    }
    record(
        "shipment.labelled",
        shipment,
        actor,
        stream_id=shipment.order_id,
        **change,
        data={"intent_id": intent.id, "carrier": intent.carrier_key, **intent.outcome},
    )
    return shipment


def label_failed(intent_id: uuid.UUID, problem: BaseException, *, actor: Actor) -> None:
    """Note that the purchase was given up: refused for good, or in doubt where nobody can tell."""
    intent, shipment = locks.intent(intent_id)
    if intent.state not in ("requested", "buying"):
        return
    refused = isinstance(problem, BadInput) or carrier(intent.carrier_key).repeats_by_key
    if not refused and intent.state == "buying":
        _doubt(intent, shipment, str(problem), actor)
        return
    intent.state, intent.error = "failed", str(problem)[:500]
    data = {"intent_id": intent.id, "reason": intent.error}
    record("shipment.label_failed", shipment, actor, stream_id=shipment.order_id, data=data)


def _doubt(intent: LabelIntent, shipment: Shipment, reason: str, actor: Actor) -> None:
    intent.state, intent.error = "unknown", reason[:500]
    data = {"intent_id": intent.id, "reason": intent.error}
    record("shipment.label_unknown", shipment, actor, stream_id=shipment.order_id, data=data)


def _request(intent: LabelIntent, shipment: Shipment) -> LabelRequest:
    from app.core.db import get

    parcel = shipment.parcels[0] if shipment.parcels else None
    size = (parcel.length_mm, parcel.width_mm, parcel.height_mm) if parcel else ()
    chosen = current()
    street, *rest = [part.strip() for part in chosen.shop_address.split(",")] or [""]
    return LabelRequest(
        key=intent.key,
        sequence=intent.sequence,
        service=intent.service,
        reference=shipment.ref,
        order_number=get(Order, shipment.order_id).ref,
        sender={"name": chosen.shop_name, "line_1": street, "line_2": ", ".join(rest)},
        recipient=dict(shipment.address),
        weight_g=shipment.weight_g or 1,
        size_mm=(size[0], size[1], size[2]) if len(size) == 3 and all(size) else None,  # type: ignore[arg-type]
    )
