"""On the way: handed over, delivered, collected, late, back."""

from __future__ import annotations

import uuid
from typing import Any

from app.core.actor import Actor, require
from app.core.clock import now
from app.core.errors import BadInput
from app.core.events import record
from app.fulfilment import locks
from app.fulfilment.carriers import carriers
from app.fulfilment.models import Shipment
from app.fulfilment.states import SHIPMENT


def mark_shipped(shipment_id: uuid.UUID, *, actor: Actor) -> Shipment:
    """Hand the labelled parcel to the carrier. Raises NotAllowed, NotFound, WrongState, AlreadyDone."""
    return _move(shipment_id, "ship", "shipment.shipped", "shipment.ship", actor)


def mark_delivered(shipment_id: uuid.UUID, *, actor: Actor) -> Shipment:
    """The customer has it. Raises NotAllowed, NotFound, WrongState, AlreadyDone."""
    return _move(shipment_id, "deliver", "shipment.delivered", "shipment.deliver", actor)


def mark_collected(shipment_id: uuid.UUID, *, actor: Actor, collected_by: str = "") -> Shipment:
    """The customer came and took it. Raises NotAllowed, NotFound, WrongState, AlreadyDone."""
    data = {"collected_by": collected_by.strip()[:200]}
    return _move(shipment_id, "collect", "shipment.collected", "shipment.deliver", actor, data=data)


def report_problem(shipment_id: uuid.UUID, problem: str, *, actor: Actor) -> Shipment:
    """Something went wrong at the carrier: late, lost, damaged.

    Raises NotAllowed, NotFound, BadInput (nothing said), WrongState, AlreadyDone.
    """
    return _move(
        shipment_id,
        "report_problem",
        "shipment.exception",
        "shipment.deliver",
        actor,
        problem=_said(problem),
    )


def mark_returned(shipment_id: uuid.UUID, reason: str, *, actor: Actor) -> Shipment:
    """It came back; its pieces may go into another shipment.

    Raises NotAllowed, NotFound, BadInput (nothing said), WrongState, AlreadyDone.
    """
    return _move(
        shipment_id,
        "return",
        "shipment.returned",
        "shipment.deliver",
        actor,
        problem=_said(reason),
    )


def _move(
    shipment_id: uuid.UUID,
    trigger: str,
    event: str,
    permission: str,
    actor: Actor,
    *,
    problem: str | None = None,
    data: dict[str, Any] | None = None,
) -> Shipment:
    shipment = locks.shipment(shipment_id)
    require(actor, permission, stream_id=shipment.order_id)
    change = SHIPMENT.fire(shipment, trigger)
    if trigger == "ship":
        shipment.shipped_at = now()
    if trigger in ("deliver", "collect"):
        shipment.arrived_at = now()
    if problem is not None:
        shipment.problem = problem
    record(
        event,
        shipment,
        actor,
        stream_id=shipment.order_id,
        **change,
        data={**facts(shipment), **({"problem": problem} if problem else {}), **(data or {})},
    )
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


def _said(text: str) -> str:
    text = text.strip()
    if not text:
        raise BadInput("Say what happened, in a few words.", field="problem")
    return text[:500]
