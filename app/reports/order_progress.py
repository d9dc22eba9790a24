"""How far placed orders have come: quantities of many, and what triggers keep of it, checked here."""

import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import func, select, text

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


COLUMNS = "order_id, promised_on, left_at, is_open, has_job"
PROGRESS = """
SELECT o.id AS order_id, o.promised_on,
  CASE WHEN bool_and(coalesce(s.shipped_at, s.arrived_at) IS NOT NULL)
    THEN max(coalesce(s.shipped_at, s.arrived_at)) END AS left_at,
  o.state = 'placed' AND NOT (
    count(s.id) > 0
    AND NOT coalesce(bool_or(s.state IN ('pending', 'picking', 'packed', 'labelled')), false)
    AND NOT coalesce(bool_or(j.is_open), false)
  ) AS is_open,
  count(j.order_id) > 0 AS has_job
FROM orders o LEFT JOIN shipments s ON s.order_id = o.id
LEFT JOIN (SELECT order_id, bool_or(state NOT IN ('finished', 'cancelled')) AS is_open
           FROM jobs GROUP BY order_id) j ON j.order_id = o.id
WHERE o.state IN ('placed', 'closed') GROUP BY o.id, o.promised_on, o.state
"""


def differing() -> Iterator[uuid.UUID]:
    """Yield each order whose kept progress does not follow from its jobs and shipments."""
    kept = f"SELECT {COLUMNS} FROM order_progress"
    query = (
        f"SELECT DISTINCT order_id FROM (({kept} EXCEPT ({PROGRESS})) "
        f"UNION ALL (({PROGRESS}) EXCEPT {kept})) d ORDER BY 1"
    )
    yield from db.session.scalars(text(query))


def rebuild() -> None:
    """Rebuild the progress of all orders. The caller commits."""
    db.session.execute(text("DELETE FROM order_progress"))
    db.session.execute(
        text(f"INSERT INTO order_progress ({COLUMNS}) {PROGRESS} ON CONFLICT DO NOTHING")
    )
