"""What must hold of the stock at every moment, read from the data itself."""

from app.core.invariants import no_rows

levels_are_the_sum_of_movements = no_rows(
    "What is on hand of each item is the sum of its movements",
    """
    WITH ends AS (
      SELECT item_id, to_location_id AS location_id, lot, quantity FROM stock_movements
      UNION ALL SELECT item_id, from_location_id, lot, -quantity FROM stock_movements
    ), moved AS (
      SELECT e.item_id, e.location_id, e.lot, sum(e.quantity) AS moved FROM ends e
      JOIN stock_locations l ON l.id = e.location_id AND l.kind = 'internal' GROUP BY 1, 2, 3
    )
    SELECT i.sku, trim_scale(coalesce(m.moved, 0)) AS moved,
      coalesce(CAST(trim_scale(l.on_hand) AS text), 'nothing') AS on_hand
    FROM stock_levels l FULL JOIN moved m USING (item_id, location_id, lot)
    JOIN stock_items i ON i.id = item_id
    WHERE l.on_hand IS DISTINCT FROM coalesce(m.moved, 0) ORDER BY i.sku
    """,
    "{sku}: {on_hand} on hand, but its movements add up to {moved}.",
)
every_item_has_a_level = no_rows(
    "Each item has a level where it lies",
    """
    SELECT i.sku FROM stock_items i
    WHERE NOT EXISTS (SELECT FROM stock_levels l WHERE l.item_id = i.id
                      AND l.location_id = i.home_location_id AND l.lot = '')
    AND NOT EXISTS (SELECT FROM stock_movements m WHERE m.item_id = i.id) ORDER BY i.sku
    """,
    "{sku}: nothing on hand, and no level where it lies.",
)
reserved_is_the_sum_of_open_reservations = no_rows(
    "What is reserved of each item is what open reservations still hold",
    """
    SELECT i.sku, trim_scale(l.reserved) AS reserved, trim_scale(coalesce(r.held, 0)) AS held
    FROM stock_levels l JOIN stock_items i ON i.id = l.item_id
    LEFT JOIN (SELECT item_id, location_id, lot, sum(quantity - consumed) AS held FROM reservations
               WHERE released_at IS NULL GROUP BY 1, 2, 3) r USING (item_id, location_id, lot)
    WHERE l.reserved <> coalesce(r.held, 0) ORDER BY i.sku
    """,
    "{sku}: {reserved} reserved, but open claims hold {held}.",
)
consumed_is_the_sum_of_its_movements = no_rows(
    "What was used for an order is what moved for it",
    """
    SELECT r.claim_id, i.sku, trim_scale(r.consumed) AS consumed,
      trim_scale(coalesce(m.used, 0)) AS used
    FROM reservations r JOIN stock_items i ON i.id = r.item_id
    LEFT JOIN (SELECT m.reservation_id,
                 sum(CASE WHEN t.kind = 'internal' THEN -m.quantity ELSE m.quantity END) AS used
               FROM stock_movements m JOIN stock_locations t ON t.id = m.to_location_id
               WHERE m.reservation_id IS NOT NULL GROUP BY 1) m ON m.reservation_id = r.id
    WHERE r.consumed <> coalesce(m.used, 0) ORDER BY r.id
    """,
    "{sku} for claim {claim_id}: {consumed} counted as used, but {used} moved.",
)
reversals_are_exact = no_rows(
    "Each undone movement has its exact mirror",
    """
    SELECT m.id, i.sku FROM stock_movements m JOIN stock_movements u ON u.id = m.reverses_id
    JOIN stock_items i ON i.id = m.item_id
    WHERE (m.item_id, m.quantity, m.from_location_id, m.to_location_id)
       <> (u.item_id, u.quantity, u.to_location_id, u.from_location_id)
    OR m.reservation_id IS DISTINCT FROM u.reservation_id ORDER BY m.id
    """,
    "{sku}: reversal {id} is not the mirror of the movement it undoes.",
)
