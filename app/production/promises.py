"""What `flask check` proves of production on the live data."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import text

from app.core.db import db
from app.core.promises import promise

OWN = """
SELECT 'J-' || j.serial || j.suffix AS number, j.quantity, j.state, j.kind,
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


def _rows(query: str) -> Iterator[dict[str, object]]:
    for row in db.session.execute(text(query)).mappings():
        yield dict(row)


@promise("Pieces of every job add up: ordered = good + open + cancelled")
def pieces_add_up() -> Iterator[str]:
    """No job gives away, makes or cancels more than it has; an ended one has nothing open."""
    for row in _rows(
        f"SELECT * FROM ({OWN}) o WHERE open < 0 OR good < 0 "
        "OR (state IN ('finished', 'cancelled') AND open <> 0) ORDER BY number"
    ):
        yield (
            f"{row['number']} ({row['state']}): of {row['quantity']} pieces {row['good']} are good, "
            f"{row['cancelled']} cancelled, {row['handed_on']} handed on; {row['open']} left open"
        )


@promise("The parts of a split job make the whole")
def parts_make_the_whole() -> Iterator[str]:
    """The quantities of a job's parts sum to its own."""
    for row in _rows(f"SELECT * FROM ({OWN}) o WHERE split_into <> quantity ORDER BY number"):
        yield f"{row['number']} has {row['quantity']} pieces, its parts {row['split_into']}"


@promise("A line's first job makes what was ordered")
def jobs_make_what_was_ordered() -> Iterator[str]:
    """The first job has its line's order and quantity."""
    for row in _rows(
        "SELECT 'J-' || j.serial AS number, j.quantity, l.quantity AS ordered FROM jobs j "
        "JOIN order_lines l ON l.id = j.line_id WHERE j.kind = 'first' "
        "AND (j.quantity <> l.quantity OR j.order_id <> l.order_id) ORDER BY j.serial"
    ):
        yield f"{row['number']} makes {row['quantity']}, its line says {row['ordered']}"


@promise("Nothing was printed that was not approved")
def only_approved_is_made() -> Iterator[str]:
    """A job with an artwork gate that has begun knows the approved hash its work order shows."""
    for row in _rows(
        "SELECT 'J-' || j.serial || j.suffix AS number FROM jobs j "
        "JOIN job_gates g ON g.job_id = j.id AND g.key = 'artwork' AND g.is_open "
        "WHERE j.approved_sha256 IS NULL ORDER BY j.serial"
    ):
        yield f"{row['number']} is released without the hash of an approved file"
    for row in _rows(
        "SELECT 'J-' || j.serial || j.suffix AS number FROM jobs j "
        "JOIN job_gates g ON g.job_id = j.id AND NOT g.is_open WHERE j.state IN "
        "('ready', 'scheduled') ORDER BY j.serial"
    ):
        yield f"{row['number']} is called ready while a gate is closed"
