"""What must hold of the stock at every moment, read from the data itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import text

from app.core.db import db
from app.core.promises import promise
from app.stock.amounts import shown

LEVELS = """
WITH ends AS (
  SELECT item_id, to_location_id AS location_id, lot, quantity FROM stock_movements
  UNION ALL SELECT item_id, from_location_id, lot, -quantity FROM stock_movements
), moved AS (
  SELECT e.item_id, e.location_id, e.lot, sum(e.quantity) AS moved FROM ends e
  JOIN stock_locations l ON l.id = e.location_id AND l.kind = 'internal' GROUP BY 1, 2, 3
)
SELECT i.sku, l.on_hand, coalesce(m.moved, 0) AS moved
FROM stock_levels l FULL JOIN moved m USING (item_id, location_id, lot)
JOIN stock_items i ON i.id = item_id
WHERE l.on_hand IS DISTINCT FROM coalesce(m.moved, 0) ORDER BY i.sku
"""
WITHOUT_LEVEL = """
SELECT i.sku FROM stock_items i
WHERE NOT EXISTS (SELECT FROM stock_levels l WHERE l.item_id = i.id
                  AND l.location_id = i.home_location_id AND l.lot = '')
AND NOT EXISTS (SELECT FROM stock_movements m WHERE m.item_id = i.id) ORDER BY i.sku
"""
RESERVED = """
SELECT i.sku, l.reserved, coalesce(r.held, 0) AS held
FROM stock_levels l JOIN stock_items i ON i.id = l.item_id
LEFT JOIN (SELECT item_id, location_id, lot, sum(quantity - consumed) AS held FROM reservations
           WHERE released_at IS NULL GROUP BY 1, 2, 3) r USING (item_id, location_id, lot)
WHERE l.reserved <> coalesce(r.held, 0) ORDER BY i.sku
"""
CONSUMED = """
SELECT r.claim_id, i.sku, r.consumed, coalesce(m.used, 0) AS used
FROM reservations r JOIN stock_items i ON i.id = r.item_id
LEFT JOIN (SELECT m.reservation_id,
             sum(CASE WHEN t.kind = 'internal' THEN -m.quantity ELSE m.quantity END) AS used
           FROM stock_movements m JOIN stock_locations t ON t.id = m.to_location_id
           WHERE m.reservation_id IS NOT NULL GROUP BY 1) m ON m.reservation_id = r.id
WHERE r.consumed <> coalesce(m.used, 0) ORDER BY r.id
"""
MIRRORS = """
SELECT m.id, i.sku FROM stock_movements m JOIN stock_movements u ON u.id = m.reverses_id
JOIN stock_items i ON i.id = m.item_id
WHERE (m.item_id, m.quantity, m.from_location_id, m.to_location_id)
   <> (u.item_id, u.quantity, u.to_location_id, u.from_location_id)
OR m.reservation_id IS DISTINCT FROM u.reservation_id ORDER BY m.id
"""


def _rows(query: str) -> Any:
    return db.session.execute(text(query))


@promise("What is on hand of each item is the sum of its movements")
def levels_are_the_sum_of_movements() -> Iterator[str]:
    """Yield a sentence for each level (item, place, lot) that is not what its movements add up to."""
    for row in _rows(LEVELS):
        on_hand = "nothing" if row.on_hand is None else shown(row.on_hand)
        yield f"{row.sku}: {on_hand} on hand, but its movements add up to {shown(row.moved)}."
    for row in _rows(WITHOUT_LEVEL):
        yield f"{row.sku}: nothing on hand, and no level where it lies."


@promise("What is reserved of each item is what open reservations still hold")
def reserved_is_the_sum_of_open_reservations() -> Iterator[str]:
    """Yield a sentence for each level whose reserved is not what open reservations still hold."""
    for row in _rows(RESERVED):
        yield f"{row.sku}: {shown(row.reserved)} reserved, but open claims hold {shown(row.held)}."


@promise("What was used for an order is what moved for it")
def consumed_is_the_sum_of_its_movements() -> Iterator[str]:
    """Yield a sentence for each reservation whose consumed is not what was moved for it."""
    for row in _rows(CONSUMED):
        yield (
            f"{row.sku} for claim {row.claim_id}: {shown(row.consumed)} counted as used, "
            f"but {shown(row.used)} moved."
        )


@promise("Each undone movement has its exact mirror")
def reversals_are_exact() -> Iterator[str]:
    """Yield a sentence for each reversal that is not the mirror of what it undoes."""
    for row in _rows(MIRRORS):
        yield f"{row.sku}: reversal {row.id} is not the mirror of the movement it undoes."
