"""What must always hold of orders and quotes."""

from app.core.invariants import no_rows

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
