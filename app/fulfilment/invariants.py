"""What `flask check` proves of fulfilment on the live data."""

from collections.abc import Iterator

from sqlalchemy import text

from app.core.db import db
from app.core.invariants import no_rows

PACKED = """
SELECT l.line_id, o.id AS order_id, 'MR-' || o.number AS number, ol.product_name,
  ol.quantity AS ordered, sum(l.quantity) AS packed
FROM shipment_lines l
JOIN shipments s ON s.id = l.shipment_id AND s.state <> 'returned'
JOIN order_lines ol ON ol.id = l.line_id
JOIN orders o ON o.id = ol.order_id
GROUP BY l.line_id, o.id, o.number, ol.product_name, ol.quantity
"""


no_more_than_ordered = no_rows(
    "No line has more pieces in shipments than were ordered",
    f"SELECT * FROM ({PACKED}) p WHERE packed > ordered ORDER BY number",
    "{number}: {packed} of “{product_name}” are in shipments, {ordered} were ordered",
)
no_more_of_a_variant = no_rows(
    "No line has more of a variant in shipments than were ordered",
    "SELECT o.number, ol.product_name, v.key AS variant, sum(v.value::int) AS packed, "
    "coalesce((ol.configuration -> 'quantities' ->> v.key)::int, 0) AS ordered FROM shipments s "
    "CROSS JOIN LATERAL jsonb_each(s.breakdowns) b CROSS JOIN LATERAL jsonb_each_text(b.value) v "
    "JOIN order_lines ol ON ol.id = b.key::uuid JOIN orders o ON o.id = ol.order_id "
    "WHERE s.state <> 'returned' GROUP BY o.number, ol.id, v.key "
    "HAVING sum(v.value::int) > coalesce((ol.configuration -> 'quantities' ->> v.key)::int, 0) "
    "ORDER BY o.number, v.key",
    "MR-{number}: {packed} of “{product_name}” {variant} are in shipments, {ordered} were ordered",
)
variants_make_the_shipment = no_rows(
    "The variants in a shipment add up to its pieces",
    "SELECT s.number, l.quantity, v.pieces FROM shipments s "
    "CROSS JOIN LATERAL jsonb_each(s.breakdowns) b "
    "CROSS JOIN LATERAL (SELECT sum(value::int) AS pieces FROM jsonb_each_text(b.value)) v "
    "JOIN shipment_lines l ON l.shipment_id = s.id AND l.line_id = b.key::uuid "
    "WHERE v.pieces <> l.quantity ORDER BY s.number",
    "S-{number} holds {quantity} pieces of a line, its variants are {pieces}",
)
lines_of_one_order = no_rows(
    "A shipment holds lines of its own order only",
    "SELECT s.number FROM shipment_lines l JOIN shipments s ON s.id = l.shipment_id "
    "JOIN order_lines ol ON ol.id = l.line_id WHERE ol.order_id <> s.order_id ORDER BY 1",
    "S-{number} holds a line of another order",
)
one_label_each = no_rows(
    "No label was bought twice",
    "SELECT s.number, count(i.id) AS bought FROM shipments s LEFT JOIN outbound_intents i ON "
    "i.subject_id = s.id AND i.kind = 'carrier' AND i.state = 'sent' "
    "WHERE s.tracking_number IS NOT NULL GROUP BY s.id HAVING count(i.id) <> 1 "
    "OR NOT bool_or(i.outcome ->> 'tracking_number' = s.tracking_number) ORDER BY s.number",
    "S-{number} has {bought} bought labels, or shows another one",
)


def more_than_good(good: str) -> Iterator[str]:
    """Yield a sentence for each line with more pieces in shipments than are good.

    `good` is a query for line_id and good, handed in by a room that may look at both: fulfilment
    does not know production.
    """
    query = (
        f"SELECT p.*, coalesce(g.good, 0) AS good FROM ({PACKED}) p "
        f"LEFT JOIN ({good}) g ON g.line_id = p.line_id "
        "WHERE p.packed > coalesce(g.good, 0) ORDER BY p.number"
    )
    for row in db.session.execute(text(query)).mappings():
        yield (
            f"{row['number']}: {row['packed']} of “{row['product_name']}” are in shipments, "
            f"{row['good']} are good"
        )
