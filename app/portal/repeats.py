"""A request that this browser sent before: what it sent lately is kept in its session, and it is asked."""

import uuid
from datetime import timedelta

from flask import session

from app.core.clock import now
from app.core.db import db
from app.orders.models import Order

KEPT = 5
SESSION_KEY = "requested"
#: A form that comes again within this time was clicked twice, or its answer got lost on the way.
AT_ONCE = timedelta(minutes=2)


def remember(order: Order, digest: str) -> None:
    """Keep in the browser's session that `order` was made of the request with this digest."""
    kept = [row for row in session.get(SESSION_KEY, []) if row[1] != str(order.id)]
    session[SESSION_KEY] = [*kept, [digest, str(order.id)]][-KEPT:]


def is_from_here(order: Order) -> bool:
    """Return whether this browser sent the request that made `order`, and lately."""
    return any(row[1] == str(order.id) for row in session.get(SESSION_KEY, []))


def order_made_of(digest: str) -> Order | None:
    """Return the newest order that this browser made of the same request, None where it made none."""
    found = [row[1] for row in session.get(SESSION_KEY, []) if row[0] == digest]
    return db.session.get(Order, uuid.UUID(found[-1])) if found else None


def is_at_once(first: Order) -> bool:
    """Whether a form that made `first` comes again so soon that nobody means a second order by it."""
    return now() - first.created_at < AT_ONCE
