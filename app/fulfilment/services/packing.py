"""Picking, packing, and making ready for pickup.

These run as verbs (app/fulfilment/verbs.py): the shipment is locked and everything was checked before.
"""

from __future__ import annotations

from app.core.actor import Actor
from app.core.db import db
from app.core.errors import BadInput
from app.core.events import record as record_event
from app.core.translations import _
from app.fulfilment.models import Parcel, Shipment, ShipmentWithLabel
from app.fulfilment.states import SHIPMENT


def start_picking(record: ShipmentWithLabel, actor: Actor) -> Shipment:
    """Begin to gather the pieces. Records shipment.picking."""
    shipment = record.shipment
    change = SHIPMENT.fire(shipment, "start_picking")
    record_event("shipment.picking", shipment, actor, **change)
    return shipment


def pack(
    record: ShipmentWithLabel,
    actor: Actor,
    weight_g: int,
    length_mm: int | None = None,
    width_mm: int | None = None,
    height_mm: int | None = None,
) -> Shipment:
    """Close the parcel: gross weight in grams, outer size in millimetres, all three sides or none.

    Raises BadInput where a side is missing. Records shipment.packed.
    """
    shipment = record.shipment
    size_mm = [side for side in (length_mm, width_mm, height_mm) if side is not None]
    if len(size_mm) not in (0, 3):
        raise BadInput(_("Enter length, width and height, or none of them."), field="length_mm")
    change = SHIPMENT.fire(shipment, "pack")
    shipment.weight_g = weight_g
    shipment.parcels.append(
        Parcel(
            position=1, weight_g=weight_g,
            length_mm=length_mm, width_mm=width_mm, height_mm=height_mm,
        )
    )  # fmt: skip
    db.session.flush()
    data = {"weight_g": weight_g, "size_mm": size_mm or None}
    record_event("shipment.packed", shipment, actor, data=data, **change)
    return shipment


def mark_ready_for_pickup(record: ShipmentWithLabel, actor: Actor) -> Shipment:
    """The packed parcel can be collected. Records shipment.ready_for_pickup."""
    shipment = record.shipment
    change = SHIPMENT.fire(shipment, "mark_ready_for_pickup")
    record_event("shipment.ready_for_pickup", shipment, actor, **change)
    return shipment
