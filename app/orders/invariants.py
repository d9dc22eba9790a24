"""What must always hold of orders and quotes."""

from collections.abc import Iterable, Iterator

from sqlalchemy import select, text

from app.catalog.models import ProductRevision
from app.catalog.pricing import ItemisedPrice, price_order
from app.catalog.properties import Properties
from app.core.db import db
from app.core.invariants import LEFT_OUT, UNSETTLED, invariant, no_rows
from app.orders.models import Order, Quote
from app.orders.quoted import QuotedLine

agreed_lines = no_rows(
    "A placed order's agreed lines are those of its accepted quote",
    "SELECT o.number, l.position, l.price_minor, (q.line ->> 'net_minor')::bigint AS quoted "
    "FROM orders o JOIN quotes v ON v.order_id = o.id "
    "JOIN quote_answers a ON a.quote_id = v.id AND a.answer = 'accepted' "
    "CROSS JOIN LATERAL jsonb_array_elements(v.lines) AS q(line) "
    "JOIN order_lines l ON l.id = (q.line ->> 'line_id')::uuid "
    "WHERE l.price_minor IS DISTINCT FROM (q.line ->> 'net_minor')::bigint "
    "OR l.quantity <> (q.line ->> 'quantity')::int ORDER BY o.number, l.position",
    "MR-{number} line {position} is priced {price_minor}, the accepted quote says {quoted}.",
)
variants_make_the_line = no_rows(
    "The variants of an order's line add up to its quantity",
    "SELECT o.number, l.position, l.quantity, v.pieces FROM order_lines l JOIN orders o ON o.id = l.order_id, "
    "LATERAL (SELECT sum(value::int) AS pieces FROM jsonb_each_text(l.configuration -> 'quantities')) v "
    "WHERE l.configuration ? 'quantities' AND v.pieces IS DISTINCT FROM l.quantity "
    "ORDER BY o.number, l.position",
    "MR-{number} line {position} has {quantity} pieces, its variants {pieces}.",
)
placed_is_accepted = no_rows(
    "An order is placed exactly when one of its quotes was accepted",
    "SELECT o.number, o.state, count(a.id) AS accepted FROM orders o "
    "LEFT JOIN quotes v ON v.order_id = o.id "
    "LEFT JOIN quote_answers a ON a.quote_id = v.id AND a.answer = 'accepted' "
    "GROUP BY o.id HAVING (o.placed_at IS NOT NULL) <> (count(a.id) = 1) "
    "OR count(a.id) > 1 OR (o.state IN ('placed', 'closed') AND o.placed_at IS NULL) "
    "ORDER BY o.number",
    "MR-{number} is {state} with {accepted} accepted quotes.",
)
quote_totals = no_rows(
    "A quote's total is the sum of its lines",
    "SELECT o.number, v.version FROM quotes v JOIN orders o ON o.id = v.order_id "
    "WHERE v.net_minor <> (SELECT sum((line ->> 'net_minor')::bigint) "
    "FROM jsonb_array_elements(v.lines) AS line) "
    "OR v.tax_minor <> (SELECT sum((line ->> 'tax_minor')::bigint) "
    "FROM jsonb_array_elements(v.lines) AS line) ORDER BY o.number, v.version",
    "Quote v{version} of MR-{number} doesn't add up.",
)
lines_have_revisions = no_rows(
    "Each order line points at a revision of its product, the one its quote named",
    "SELECT o.number, l.position FROM order_lines l JOIN orders o ON o.id = l.order_id "
    "LEFT JOIN product_revisions r ON r.id = l.product_revision_id "
    "WHERE r.product_id IS DISTINCT FROM l.product_id OR EXISTS ("
    "SELECT 1 FROM quotes v JOIN quote_answers a ON a.quote_id = v.id AND a.answer = 'accepted' "
    "CROSS JOIN LATERAL jsonb_array_elements(v.lines) AS q(line) WHERE v.order_id = o.id "
    "AND q.line ->> 'line_id' = l.id::text AND q.line ->> 'revision_sha256' <> r.sha256) "
    "ORDER BY o.number, l.position",
    "MR-{number} line {position} is not of the agreed product revision.",
)
holds_match = no_rows(
    "An order is on hold exactly while it has an open hold, for the same reason",
    "SELECT o.number, o.hold_reason, h.reason FROM orders o "
    "FULL JOIN (SELECT * FROM holds WHERE released_at IS NULL AND subject_kind = 'orders') h "
    "ON h.subject_id = o.id WHERE o.hold_reason IS DISTINCT FROM h.reason ORDER BY o.number",
    "MR-{number} says “{hold_reason}”, its open hold “{reason}”.",
)
asked_can_answer = no_rows(
    "Who is asked can answer: a quoted order has an open quote, a question has its words",
    "SELECT o.number, o.state FROM orders o LEFT JOIN LATERAL ("
    "SELECT id FROM quotes WHERE order_id = o.id ORDER BY version DESC LIMIT 1) v ON true "
    "LEFT JOIN quote_answers a ON a.quote_id = v.id "
    "WHERE (o.state = 'quoted') <> (v.id IS NOT NULL AND a.id IS NULL) "
    "OR (o.state = 'needs_info' AND coalesce(o.question, '') = '') ORDER BY o.number",
    "MR-{number} is {state}, and what can be answered does not fit that.",
)
SENT_SEQ = (
    "(SELECT max(stream_seq) FROM events WHERE stream_id = {order} AND name = 'quote.sent' {which})"
)
quotes_know_their_files = no_rows(
    "A quote that is out was made after the newest file, one that a file replaced before it",
    "SELECT o.number, 'is out, though a file came later' AS fault FROM orders o "
    "JOIN events f ON f.stream_id = o.id AND f.name = 'artwork.file_received' "
    f"WHERE o.state = 'quoted' AND o.id NOT IN {UNSETTLED} "
    f"AND f.stream_seq > {SENT_SEQ.format(order='o.id', which='')} "
    "UNION SELECT o.number, 'was replaced by a file that it was made from' FROM orders o "
    "JOIN events r ON r.stream_id = o.id AND r.name = 'quote.superseded' "
    "JOIN events f ON f.stream_id = o.id AND f.name = 'artwork.file_received' "
    "AND f.data ->> 'upload_id' = r.data ->> 'upload_id' WHERE f.stream_seq < "
    + SENT_SEQ.format(order="o.id", which="AND data ->> 'quote_id' = r.data ->> 'quote_id'")
    + " ORDER BY number",
    "A quote of MR-{number} {fault}.",
)


RECOMPUTED = "Each stored quote re-computes to itself"
BATCH = 200
MOST_KEPT = 1000
WITHOUT_INPUTS = (
    "SELECT count(*) FROM quotes CROSS JOIN LATERAL jsonb_array_elements(lines) AS line "
    "WHERE line -> 'inputs' IS NULL"
)


@invariant(RECOMPUTED)
def quotes_recompute() -> Iterator[str]:
    """Yield a sentence for each line whose price by its stored inputs is another than the stored one.

    A price that was set by hand is not calculated again, but counts for the lines beside it. Quotes from before
    inputs were stored are left out.
    """
    query = select(Order.number, Quote.version, Quote.lines).join(Order, Order.id == Quote.order_id)
    query = query.order_by(Quote.id).execution_options(yield_per=BATCH)
    kept: dict[str, Properties] = {}
    for part in db.session.execute(query).partitions(BATCH):
        _read({line.revision_sha256 for row in part for line in row.lines}, kept)
        for number, version, lines in part:
            if all(line.inputs for line in lines):
                yield from _differing(f"Quote v{version} of MR-{number}", lines, kept)


def _differing(
    quote: str, lines: list[QuotedLine], revisions: dict[str, Properties]
) -> Iterator[str]:
    to_price, entered = [], {}
    for index, line in enumerate(lines):
        terms = revisions.get(line.revision_sha256)
        if terms is None or line.inputs is None:
            yield f"{quote} names a product revision that there is not."
            return
        to_price.append(line.inputs.line(terms, line.configuration, line.quantity))
        if line.inputs.entered_minor is not None:
            entered[index] = line.inputs.entered_minor
    for index, price in enumerate(price_order(to_price, entered)):
        stored = lines[index]
        if index in entered:
            if stored.net_minor != entered[index]:
                yield f"{quote}, line {index + 1}: the entered price is not the quoted one."
        elif (difference := _difference(stored, price)) is not None:
            yield f"{quote}, line {index + 1}: {difference}"
        if stored.tax_minor != price.tax_minor:
            taxes = f"taxed {stored.tax_minor}, calculated {price.tax_minor}"
            yield f"{quote}, line {index + 1}: {taxes}."


def _difference(stored: QuotedLine, price: ItemisedPrice) -> str | None:
    if stored.net_minor != price.net_minor:
        return f"quoted at {stored.net_minor}, calculated {price.net_minor}."
    then = [(row.key, row.amount_minor) for row in stored.rows]
    now = [(row.key, row.amount_minor) for row in price.rows]
    if then != now:
        return f"its rows are {then}, calculated {now}."
    return None


def _read(wanted: Iterable[str], kept: dict[str, Properties]) -> None:
    """Read the revisions that are not kept yet, in one query."""
    missing = set(wanted) - kept.keys()
    if len(kept) > MOST_KEPT:
        kept.clear()
        missing = set(wanted)
    if missing:
        query = select(ProductRevision.sha256, ProductRevision.content)
        for sha256, content in db.session.execute(query.where(ProductRevision.sha256.in_(missing))):
            kept[sha256] = Properties.model_validate(content)


def _left_out() -> str:
    count = db.session.scalar(text(WITHOUT_INPUTS))
    return f"{count} quoted lines are from before inputs were stored." if count else ""


LEFT_OUT[RECOMPUTED] = _left_out
