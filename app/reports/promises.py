"""Promises that need two rooms of one floor: what was made beside what was packed."""

from __future__ import annotations

from collections.abc import Iterator

from app.core.promises import promise
from app.fulfilment.promises import more_than_good
from app.production.promises import GOOD_BY_LINE


@promise("Nothing is in a shipment that was not made")
def packed_was_made() -> Iterator[str]:
    """No line has more pieces in shipments, returns left out, than are good."""
    yield from more_than_good(GOOD_BY_LINE)
