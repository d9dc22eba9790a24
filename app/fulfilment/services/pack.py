"""The packer's verbs: pick, pack, make ready for pickup."""

from __future__ import annotations

import uuid

from app.core.actor import Actor, require
from app.core.db import db
from app.core.errors import BadInput, WrongState
from app.core.events import record
from app.fulfilment import locks
from app.fulfilment.models import Parcel, Shipment
from app.fulfilment.states import SHIPMENT

HEAVIEST_G = 1_000_000
LONGEST_MM = 10_000


def start_picking(shipment_id: uuid.UUID, *, actor: Actor) -> Shipment:
    """Begin to gather the pieces. Raises NotAllowed, NotFound, WrongState, AlreadyDone."""
    shipment = locks.shipment(shipment_id)
    require(actor, "shipment.pack", stream_id=shipment.order_id)
    change = SHIPMENT.fire(shipment, "start_picking")
    record("shipment.picking", shipment, actor, stream_id=shipment.order_id, **change)
    return shipment


def pack(
    shipment_id: uuid.UUID,
    weight_g: int,
    *,
    actor: Actor,
    size_mm: tuple[int, int, int] | None = None,
) -> Shipment:
    """Close the parcel: gross weight in grams, outer size (length, width, height) in millimetres.

    Raises NotAllowed, NotFound, WrongState, AlreadyDone, BadInput (weight, size).
    """
    shipment = locks.shipment(shipment_id)
    require(actor, "shipment.pack", stream_id=shipment.order_id)
    _check("weight_g", weight_g, HEAVIEST_G, "Give the weight in whole grams, up to 1,000 kg.")
    for side in size_mm or ():
        _check("size_mm", side, LONGEST_MM, "Give the sizes in whole millimetres, up to 10 m.")
    change = SHIPMENT.fire(shipment, "pack")
    shipment.weight_g = weight_g
    length, width, height = size_mm or (None, None, None)
    shipment.parcels.append(
        Parcel(position=1, weight_g=weight_g, length_mm=length, width_mm=width, height_mm=height)
    )
    db.session.flush()
    data = {"weight_g": weight_g, "size_mm": size_mm}
    record("shipment.packed", shipment, actor, stream_id=shipment.order_id, **change, data=data)
    return shipment


def ready_for_pickup(shipment_id: uuid.UUID, *, actor: Actor) -> Shipment:
    """Lay the packed parcel out for the customer. Only where the shipment is a pickup.

    Raises NotAllowed, NotFound, WrongState, AlreadyDone.
    """
    shipment = locks.shipment(shipment_id)
    require(actor, "shipment.ship", stream_id=shipment.order_id)
    if shipment.method != "pickup":
        raise WrongState(f"{shipment.ref} goes by carrier.", next_step="Get a label for it.")
    change = SHIPMENT.fire(shipment, "ready")
    record("shipment.ready_for_pickup", shipment, actor, stream_id=shipment.order_id, **change)
    return shipment


def _check(field: str, value: object, most: int, sentence: str) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= most:
        raise BadInput(sentence, field=field)
