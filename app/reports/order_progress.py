"""The progress of placed orders by their jobs and shipments: kept by triggers, checked here."""

import uuid
from collections.abc import Iterator

from sqlalchemy import text

from app.core.db import db

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
