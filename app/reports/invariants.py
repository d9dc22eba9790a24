"""Invariants that need two rooms of one floor: what was made beside what was packed."""

from collections.abc import Iterator

from app.core.invariants import UNSETTLED, invariant, no_rows
from app.fulfilment.invariants import more_than_good
from app.production.invariants import GOOD_BY_LINE
from app.reports import daily, order_progress


@invariant("Nothing is in a shipment that was not made")
def packed_was_made() -> Iterator[str]:
    """No line has more pieces in shipments, returns left out, than are good."""
    yield from more_than_good(GOOD_BY_LINE)


@invariant("How far each order has come follows from its jobs and shipments")
def progress_follows() -> Iterator[str]:
    """Yield each order whose kept progress does not follow from its jobs and shipments."""
    for order_id in order_progress.differing():
        yield f"The kept progress of order {order_id} does not follow from its jobs and shipments."


@invariant("Daily figures are the sums of what was counted on their days")
def figures_add_up() -> Iterator[str]:
    """Yield each kept figure that its day's rows do not add up to."""
    for row in daily.differing():
        part = f" ({row.label})" if row.label else ""
        yield f"{row.measure}{part} of {row.day} is not the sum of that day's rows."


ALL_MADE = f"""
SELECT o.id, 'MR-' || o.number AS number, o.hold_reason,
  o.is_pickup OR o.ship_to <> '{{}}' AS has_delivery,
  EXISTS (SELECT FROM shipments s WHERE s.order_id = o.id
          AND s.state IN ('delivered', 'collected')) AS has_arrived,
  EXISTS (SELECT FROM shipments s WHERE s.order_id = o.id
          AND s.state NOT IN ('delivered', 'collected', 'returned')) AS is_under_way,
  EXISTS (SELECT FROM shipments s WHERE s.order_id = o.id AND s.state = 'returned') AS came_back,
  (SELECT coalesce(sum(q.good), 0) FROM quantity_events q JOIN jobs j ON j.id = q.job_id
   WHERE j.order_id = o.id) AS good,
  (SELECT coalesce(sum(l.quantity), 0) FROM shipment_lines l JOIN shipments s
   ON s.id = l.shipment_id WHERE s.order_id = o.id AND s.state <> 'returned') AS packed
FROM orders o WHERE o.state = 'placed' AND o.id NOT IN {UNSETTLED}
AND EXISTS (SELECT FROM jobs j WHERE j.order_id = o.id)
AND NOT EXISTS (SELECT FROM jobs j WHERE j.order_id = o.id AND j.state NOT IN ('finished', 'cancelled'))
"""
made_is_packed = no_rows(
    "What was made of an order is put up for packing",
    f"SELECT * FROM ({ALL_MADE}) o WHERE hold_reason IS NULL AND has_delivery AND NOT came_back AND good > packed "
    "ORDER BY number",
    "{number}: {good} pieces are good and only {packed} of them in shipments",
)
arrived_is_closed = no_rows(
    "An order is closed once all that was made of it has arrived",
    f"SELECT * FROM ({ALL_MADE}) o WHERE has_arrived AND NOT is_under_way AND good <= packed "
    "ORDER BY number",
    "{number}: all pieces have arrived and the order is still open",
)
