"""Packing a shipment, and what happens to it on its way; as verbs, on a locked and checked shipment."""

from typing import Any

from app.core.actor import Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import BadInput
from app.core.events import record as record_event
from app.core.translations import _
from app.fulfilment.carriers import carriers
from app.fulfilment.models import Parcel, Shipment, ShipmentWithLabel
from app.fulfilment.states import SHIPMENT
from app.fulfilment.variants import Breakdowns, say_variants


def start_picking(record: ShipmentWithLabel, actor: Actor) -> Shipment:
    """Begin to gather the pieces. Records shipment.picking."""
    return _move(record, actor, "start_picking", "shipment.picking")


def pack(
    record: ShipmentWithLabel,
    actor: Actor,
    weight_g: int,
    length_mm: int | None = None,
    width_mm: int | None = None,
    height_mm: int | None = None,
    breakdowns: Breakdowns | None = None,
) -> Shipment:
    """Close the parcel: gross weight in grams, outer size in millimetres, all three sides or none.

    `breakdowns` says which variants are in it, for the lines of which that is not known. Raises BadInput
    where a side or variants are missing. Records shipment.packed.
    """
    sides = {"length_mm": length_mm, "width_mm": width_mm, "height_mm": height_mm}
    size_mm = [side for side in sides.values() if side is not None]
    if len(size_mm) not in (0, 3):
        raise BadInput(_("Enter length, width and height, or none of them."), field="length_mm")
    say_variants(record.shipment, breakdowns or {})
    record.shipment.weight_g = weight_g
    record.shipment.parcels.append(Parcel(position=1, weight_g=weight_g, **sides))
    db.session.flush()
    data = {"weight_g": weight_g, "size_mm": size_mm or None}
    return _move(record, actor, "pack", "shipment.packed", data)


def mark_ready_for_pickup(record: ShipmentWithLabel, actor: Actor) -> Shipment:
    """The packed parcel can be collected. Records shipment.ready_for_pickup."""
    return _move(record, actor, "mark_ready_for_pickup", "shipment.ready_for_pickup")


def mark_shipped(record: ShipmentWithLabel, actor: Actor) -> Shipment:
    """The carrier has the labelled parcel. Records shipment.shipped."""
    record.shipment.shipped_at = now()
    return _move(record, actor, "mark_shipped", "shipment.shipped", facts(record.shipment))


def mark_delivered(record: ShipmentWithLabel, actor: Actor) -> Shipment:
    """The customer has it. Records shipment.delivered."""
    record.shipment.arrived_at = now()
    return _move(record, actor, "mark_delivered", "shipment.delivered", facts(record.shipment))


def mark_collected(record: ShipmentWithLabel, actor: Actor, collected_by: str = "") -> Shipment:
    """The customer came and took it. Records shipment.collected."""
    record.shipment.arrived_at = now()
    data = facts(record.shipment) | {"collected_by": collected_by}
    return _move(record, actor, "mark_collected", "shipment.collected", data)


def report_problem(record: ShipmentWithLabel, actor: Actor, problem: str) -> Shipment:
    """Something went wrong at the carrier: delayed, lost, damaged. Records shipment.exception."""
    record.shipment.problem = problem
    data = facts(record.shipment) | {"problem": problem}
    return _move(record, actor, "report_problem", "shipment.exception", data)


def mark_returned(record: ShipmentWithLabel, actor: Actor, reason: str) -> Shipment:
    """It came back; its pieces may go into another shipment. Records shipment.returned."""
    record.shipment.problem = reason
    data = facts(record.shipment) | {"problem": reason}
    return _move(record, actor, "mark_returned", "shipment.returned", data)


def _move(
    record: ShipmentWithLabel,
    actor: Actor,
    trigger: str,
    event: str,
    data: dict[str, Any] | None = None,
) -> Shipment:
    change = SHIPMENT.fire(record.shipment, trigger)
    record_event(event, record.shipment, actor, data=data, **change)
    return record.shipment


def facts(shipment: Shipment) -> dict[str, Any]:
    """Return what a message says of the shipment: carrier, tracking number and page, pieces."""
    adapter = carriers().get(shipment.carrier_key or "")
    number = shipment.tracking_number
    return {
        "shipment": shipment.ref,
        "carrier": adapter.name if adapter else "",
        "tracking_number": number or "",
        "tracking_url": (adapter.track(number) if adapter and number else None) or "",
        "pieces": shipment.pieces,
    }
