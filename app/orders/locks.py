"""All row locks of this room, in one place."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from app.core.db import locked
from app.core.errors import Stale
from app.orders.models import Order


def order(
    order_id: uuid.UUID,
    *,
    seen_version: int | None = None,
    done: Callable[[Order], bool] = lambda row: False,
) -> Order:
    """Return the order under FOR UPDATE.

    With `seen_version` (the `version_id` that a form carried) raise Stale where somebody changed the
    order since that form was shown. Where `done` says that the change was this very step, as after a
    second click, the caller goes on and says that instead. Raises NotFound where there is no such order.
    """
    row = locked(Order, order_id)
    if seen_version is not None and row.version_id != seen_version and not done(row):
        raise Stale(
            "Someone else changed this order since you opened the page. Nothing was saved.",
            next_step="Look at the order as it is now, then do it again if it still fits.",
        )
    return row
