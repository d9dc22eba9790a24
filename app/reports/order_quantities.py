"""Quantities of many orders at once, from which their progress is derived."""

import uuid
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
    ordered = (
        select(
            Job.order_id,
            func.sum(Job.quantity).label("ordered"),
            func.bool_or(Job.state.in_(STARTED)).label("is_started"),
        )
        .where(Job.order_id.in_(ids), Job.parent_id.is_(None))
        .group_by(Job.order_id)
    )
    sums = [func.sum(getattr(QuantityEvent, n)).label(n) for n in ("good", "spoiled", "cancelled")]
    counted = (
        select(Job.order_id, *sums)
        .join(QuantityEvent, QuantityEvent.job_id == Job.id)
        .where(Job.order_id.in_(ids))
        .group_by(Job.order_id)
    )
    for query in (ordered, counted):
        for row in db.session.execute(query):
            values = dict(row._mapping)
            found[values.pop("order_id")] |= values
    shipments = select(Shipment.order_id, func.array_agg(Shipment.state))
    shipments = shipments.where(Shipment.order_id.in_(ids)).group_by(Shipment.order_id)
    for order_id, states in db.session.execute(shipments):
        found[order_id] |= shipment_counts(states)
    return {order_id: Quantities(**values) for order_id, values in found.items()}
