"""What `flask check` proves of production on the live data."""

from app.core.invariants import UNSETTLED, no_rows

NUMBER = "'J-' || j.serial || j.suffix AS number"
OWN = f"""
SELECT {NUMBER}, j.quantity, j.state,
  coalesce(q.good, 0) AS good, coalesce(q.cancelled, 0) AS cancelled,
  coalesce(c.handed_on, 0) AS handed_on, c.split_into,
  j.quantity - coalesce(q.good, 0) - coalesce(q.cancelled, 0) - coalesce(c.handed_on, 0) AS open
FROM jobs j
LEFT JOIN (SELECT job_id, sum(good) AS good, sum(cancelled) AS cancelled
           FROM quantity_events GROUP BY job_id) q ON q.job_id = j.id
LEFT JOIN (SELECT parent_id, sum(quantity) AS handed_on,
                  sum(quantity) FILTER (WHERE kind = 'split') AS split_into
           FROM jobs WHERE parent_id IS NOT NULL GROUP BY parent_id) c ON c.parent_id = j.id
"""

#: line_id and good pieces of every line that has any, for the proof of the whole shop.
GOOD_BY_LINE = (
    "SELECT j.line_id, sum(q.good) AS good FROM jobs j "
    "JOIN quantity_events q ON q.job_id = j.id GROUP BY j.line_id"
)

pieces_add_up = no_rows(
    "Pieces of every job add up: ordered = good + open + cancelled",
    f"SELECT * FROM ({OWN}) o WHERE open < 0 OR good < 0 "
    "OR (state IN ('finished', 'cancelled') AND open <> 0) ORDER BY number",
    "{number} ({state}): of {quantity} pieces {good} are good, {cancelled} cancelled, "
    "{handed_on} handed on; {open} left open",
)
parts_make_the_whole = no_rows(
    "The parts of a split job make the whole",
    f"SELECT * FROM ({OWN}) o WHERE split_into <> quantity ORDER BY number",
    "{number} has {quantity} pieces, its parts {split_into}",
)
variants_make_the_whole = no_rows(
    "The variants of a job add up to its pieces",
    f"SELECT {NUMBER}, j.quantity, v.pieces FROM jobs j, LATERAL (SELECT sum(value::int) AS pieces "
    "FROM jsonb_each_text(j.breakdown)) v WHERE j.breakdown <> '{}' AND v.pieces <> j.quantity "
    "ORDER BY j.serial, j.suffix",
    "{number} has {quantity} pieces, its variants {pieces}",
)
parts_have_the_variants_of_the_whole = no_rows(
    "Parts and reprints have no more of a variant than their job",
    f"SELECT {NUMBER}, b.key AS variant, b.value::int AS had, sum((c.breakdown ->> b.key)::int) AS handed_on "
    "FROM jobs j CROSS JOIN LATERAL jsonb_each_text(j.breakdown) b JOIN jobs c ON c.parent_id = j.id "
    "GROUP BY j.id, b.key, b.value HAVING sum((c.breakdown ->> b.key)::int) > b.value::int "
    "ORDER BY j.serial, j.suffix",
    "{number} has {had} of {variant}, its parts and reprints {handed_on}",
)
jobs_make_what_was_ordered = no_rows(
    "A line's first job makes what was ordered",
    "SELECT 'J-' || j.serial AS number, j.quantity, l.quantity AS ordered FROM jobs j "
    "JOIN order_lines l ON l.id = j.line_id WHERE j.kind = 'first' "
    "AND (j.quantity <> l.quantity OR j.order_id <> l.order_id "
    "OR j.breakdown <> coalesce(l.configuration -> 'quantities', '{}')) ORDER BY j.serial",
    "{number} makes {quantity}, its line says {ordered}",
)
only_approved_is_made = no_rows(
    "Nothing was printed that was not approved",
    f"SELECT {NUMBER} FROM jobs j JOIN job_gates g ON g.job_id = j.id AND g.key = 'artwork' "
    "AND g.is_open WHERE j.approved_sha256 IS NULL ORDER BY j.serial",
    "{number} is released without the hash of an approved file",
)
ready_means_open_gates = no_rows(
    "No job is ready while a gate is closed",
    f"SELECT {NUMBER} FROM jobs j JOIN job_gates g ON g.job_id = j.id AND NOT g.is_open "
    "WHERE j.state IN ('ready', 'scheduled') ORDER BY j.serial",
    "{number} is called ready while a gate is closed",
)

# What reactions bring about, asked of the orders for which none is still to come.
OPEN_GATES = f"""
SELECT {NUMBER}, j.id, j.order_id, j.line_id, j.kind, j.state, j.approved_sha256,
  g.key, g.is_open, g.cause
FROM jobs j JOIN job_gates g ON g.job_id = j.id
WHERE j.state NOT IN ('finished', 'cancelled') AND j.order_id NOT IN {UNSETTLED}
"""
artwork_gate_fits = no_rows(
    "The artwork gate of each job is open exactly for the file that is approved now",
    f"SELECT g.number, s.state, g.is_open FROM ({OPEN_GATES}) g "
    "JOIN order_lines l ON l.id = g.line_id JOIN artwork_slots s ON s.id = l.artwork_slot_id "
    "LEFT JOIN LATERAL (SELECT a.sha256 FROM artwork_versions v JOIN assets a ON a.id = v.asset_id "
    "WHERE v.slot_id = s.id ORDER BY v.number DESC LIMIT 1) f ON true WHERE g.key = 'artwork' "
    "AND (g.is_open <> (s.state = 'approved') OR (g.is_open AND g.approved_sha256 <> f.sha256)) "
    "ORDER BY g.number",
    "{number}: the artwork is {state}, its gate says open: {is_open}, or for another file",
)
payment_gate_fits = no_rows(
    "No payment gate is closed once the payment is recorded",
    f"SELECT g.number FROM ({OPEN_GATES}) g JOIN orders o ON o.id = g.order_id "
    "WHERE g.key = 'payment' AND NOT g.is_open AND o.paid_at IS NOT NULL ORDER BY g.number",
    "{number} waits for a payment that was recorded",
)
material_gate_fits = no_rows(
    "The material gate of each job follows the stock: reserved when the artwork is approved",
    f"SELECT g.number, 'waits for nothing' AS fault FROM ({OPEN_GATES}) g "
    "LEFT JOIN job_gates a ON a.job_id = g.id AND a.key = 'artwork' WHERE g.key = 'material' "
    "AND NOT g.is_open AND g.cause = 'reservation' AND g.kind = 'first' "
    "AND coalesce(a.is_open, true) "
    f"UNION SELECT g.number, 'counts on stock that was given back' FROM ({OPEN_GATES}) g "
    "JOIN reservations r ON r.claim_id = g.line_id AND r.released_at IS NOT NULL "
    "WHERE g.key = 'material' AND g.is_open AND g.state IN ('new', 'ready', 'scheduled') "
    "ORDER BY number",
    "{number}: the material gate {fault}",
)
open_gates_mean_ready = no_rows(
    "No job waits whose gates are all open",
    f"SELECT {NUMBER} FROM jobs j WHERE j.state = 'new' AND NOT EXISTS "
    "(SELECT FROM job_gates g WHERE g.job_id = j.id AND NOT g.is_open) ORDER BY j.serial",
    "{number} is called new, and no gate of it is closed",
)
placed_is_made = no_rows(
    "Each line of a placed order has its job",
    "SELECT o.number, l.position FROM orders o JOIN order_lines l ON l.order_id = o.id "
    f"WHERE o.state = 'placed' AND o.id NOT IN {UNSETTLED} "
    "AND NOT EXISTS (SELECT FROM jobs j WHERE j.line_id = l.id) ORDER BY o.number, l.position",
    "MR-{number} line {position} is placed and has no job",
)
cancelled_is_let_go = no_rows(
    "Nothing is made and nothing reserved for an order that was cancelled",
    "SELECT o.number, o.state FROM orders o "
    "WHERE o.state IN ('cancelled', 'declined', 'rejected', 'expired') "
    f"AND o.id NOT IN {UNSETTLED} AND (EXISTS (SELECT FROM jobs j WHERE j.order_id = o.id "
    "AND j.state NOT IN ('finished', 'cancelled')) OR EXISTS (SELECT FROM reservations r "
    "WHERE r.stream_id = o.id AND r.released_at IS NULL AND r.quantity > r.consumed) "
    "OR EXISTS (SELECT FROM jobs j JOIN operations s ON s.job_id = j.id "
    "WHERE j.order_id = o.id AND s.started_at IS NOT NULL)) ORDER BY o.number",
    "MR-{number} is {state}, yet work or stock of it is still taken up",
)
review_has_its_proof = no_rows(
    "What prepress reviews for a placed order can be approved: its proof is there",
    "SELECT o.number, l.position FROM orders o JOIN order_lines l ON l.order_id = o.id "
    "JOIN artwork_slots s ON s.id = l.artwork_slot_id AND s.state = 'internal_review' "
    "AND coalesce(s.requirement ->> 'approval', 'proof') = 'proof' "
    f"WHERE o.state = 'placed' AND o.id NOT IN {UNSETTLED} AND NOT EXISTS (SELECT FROM proofs p "
    "WHERE p.version_id = (SELECT id FROM artwork_versions v WHERE v.slot_id = s.id "
    "ORDER BY v.number DESC LIMIT 1)) ORDER BY o.number, l.position",
    "MR-{number} line {position} is in review, and its proof was not made",
)
