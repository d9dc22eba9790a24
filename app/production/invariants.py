"""What `flask check` proves of production on the live data."""

from app.core.invariants import no_rows

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
jobs_make_what_was_ordered = no_rows(
    "A line's first job makes what was ordered",
    "SELECT 'J-' || j.serial AS number, j.quantity, l.quantity AS ordered FROM jobs j "
    "JOIN order_lines l ON l.id = j.line_id WHERE j.kind = 'first' "
    "AND (j.quantity <> l.quantity OR j.order_id <> l.order_id) ORDER BY j.serial",
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
