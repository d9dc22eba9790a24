"""Quantities of many orders at once, from which their progress is derived."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select

from app.core.db import db
from app.fulfilment.models import Shipment
from app.fulfilment.states import ARRIVED, FOR_PICKUP, RETURNED, SHIPPED
from app.orders.progress import Quantities
from app.production.job_tree import Figures
from app.production.models import Job, QuantityEvent
from app.production.states import STARTED


def shipment_counts(states: Iterable[str]) -> dict[str, int]:
    """Return the counts of `Quantities` for shipments in these states; returned ones are left out."""
    there = [state for state in states if state not in RETURNED]
    return {
        "shipments": len(there),
        "shipped": sum(state in SHIPPED for state in there),
        "arrived": sum(state in ARRIVED for state in there),
        "ready_for_pickup": sum(state in FOR_PICKUP for state in there),
    }


def quantities_of(
    figures: Figures, shipment_states: Iterable[str], job_states: Iterable[str]
) -> Quantities:
    """Return the quantities of one order whose jobs and shipments were read already."""
    return Quantities(
        ordered=figures.ordered,
        good=figures.good,
        spoiled=figures.spoiled,
        cancelled=figures.cancelled,
        is_started=not STARTED.isdisjoint(job_states),
        **shipment_counts(shipment_states),
    )


def order_quantities(order_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Quantities]:
    """Return order id → its quantities, for every id that was given; three queries."""
    ids = list(order_ids)
    found: dict[uuid.UUID, dict[str, Any]] = {order_id: {} for order_id in ids}
    if not ids:
        return {}
    roots = (
        select(Job.order_id, func.sum(Job.quantity), func.bool_or(Job.state.in_(STARTED)))
        .where(Job.order_id.in_(ids), Job.parent_id.is_(None))
        .group_by(Job.order_id)
    )
    for order_id, ordered, is_started in db.session.execute(roots):
        found[order_id] |= {"ordered": int(ordered), "is_started": is_started}
    q = QuantityEvent
    counted = (
        select(Job.order_id, func.sum(q.good), func.sum(q.spoiled), func.sum(q.cancelled))
        .join(q, q.job_id == Job.id)
        .where(Job.order_id.in_(ids))
        .group_by(Job.order_id)
    )
    for order_id, good, spoiled, cancelled in db.session.execute(counted):
        found[order_id] |= {
            "good": int(good), "spoiled": int(spoiled), "cancelled": int(cancelled),
        }  # fmt: skip
    parcels = select(Shipment.order_id, Shipment.state).where(Shipment.order_id.in_(ids))
    states: dict[uuid.UUID, list[str]] = defaultdict(list)
    for order_id, state in db.session.execute(parcels):
        states[order_id].append(state)
    for order_id, found_states in states.items():
        found[order_id] |= shipment_counts(found_states)
    return {order_id: Quantities(**sums_of) for order_id, sums_of in found.items()}
