"""All row locks of this room, in one place."""

from __future__ import annotations

import uuid

from app.core.db import locked
from app.core.errors import Stale
from app.orders.models import Order


def order(order_id: uuid.UUID, *, seen_version: int | None = None) -> Order:
    """Return the order under FOR UPDATE.

    With `seen_version` (the `version_id` that a form carried) raise Stale where somebody changed the
    order since that form was shown. Raises NotFound where there is no such order.
    """
    row = locked(Order, order_id)
    if seen_version is not None and row.version_id != seen_version:
        raise Stale(
            "Someone else changed this order since you opened the page. Nothing was saved.",
            next_step="Look at the order as it is now, then do it again if it still fits.",
        )
    return row
