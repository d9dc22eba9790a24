"""All row locks of this room, in one place."""

from __future__ import annotations

import uuid

from app.core.db import locked
from app.orders.models import Order


def order(order_id: uuid.UUID) -> Order:
    """Return the order under FOR UPDATE, freshly read. Raises NotFound where there is none."""
    return locked(Order, order_id)
