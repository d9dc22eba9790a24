"""On the way: shipped, delivered, collected, delayed, returned.

These run as verbs (app/fulfilment/verbs.py): the shipment is locked and everything was checked before.
"""

from __future__ import annotations

from typing import Any

from app.core.actor import Actor
from app.core.clock import now
from app.core.events import record as record_event
from app.fulfilment.carriers import carriers
from app.fulfilment.models import Shipment, ShipmentWithLabel
from app.fulfilment.states import SHIPMENT


def mark_shipped(record: ShipmentWithLabel, actor: Actor) -> Shipment:
    """The carrier has the labelled parcel. Records shipment.shipped."""
    record.shipment.shipped_at = now()
    return _move(record.shipment, actor, "mark_shipped", "shipment.shipped")


def mark_delivered(record: ShipmentWithLabel, actor: Actor) -> Shipment:
    """The customer has it. Records shipment.delivered."""
    record.shipment.arrived_at = now()
    return _move(record.shipment, actor, "mark_delivered", "shipment.delivered")


def mark_collected(record: ShipmentWithLabel, actor: Actor, collected_by: str = "") -> Shipment:
    """The customer came and took it. Records shipment.collected."""
    record.shipment.arrived_at = now()
    data = {"collected_by": collected_by}
    return _move(record.shipment, actor, "mark_collected", "shipment.collected", data)


def report_problem(record: ShipmentWithLabel, actor: Actor, problem: str) -> Shipment:
    """Something went wrong at the carrier: delayed, lost, damaged. Records shipment.exception."""
    record.shipment.problem = problem
    data = {"problem": problem}
    return _move(record.shipment, actor, "report_problem", "shipment.exception", data)


def mark_returned(record: ShipmentWithLabel, actor: Actor, reason: str) -> Shipment:
    """It came back; its pieces may go into another shipment. Records shipment.returned."""
    record.shipment.problem = reason
    data = {"problem": reason}
    return _move(record.shipment, actor, "mark_returned", "shipment.returned", data)


def _move(
    shipment: Shipment, actor: Actor, trigger: str, event: str, data: dict[str, str] | None = None
) -> Shipment:
    change = SHIPMENT.fire(shipment, trigger)
    said = {**facts(shipment), **(data or {})}
    record_event(event, shipment, actor, data=said, **change)
    return shipment


def facts(shipment: Shipment) -> dict[str, Any]:
    """Return what a message says of the shipment: carrier, tracking number and page, pieces."""
    adapter = carriers().get(shipment.carrier_key or "")
    number = shipment.tracking_number
    return {
        "shipment": shipment.ref,
        "carrier": adapter.name if adapter else "",
        "tracking_number": number or "",
        "tracking_url": (adapter.track(number) if adapter and number else None) or "",
        "pieces": sum(line.quantity for line in shipment.lines),
    }
