"""Invariants that need two rooms of one floor: what was made beside what was packed."""

from collections.abc import Iterator

from app.core.invariants import invariant
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
