"""What must hold of the search index; `flask check` asks, with all kinds declared."""

from collections.abc import Iterator

from app.core.db import db
from app.core.invariants import invariant
from app.core.search.triggers import differing


@invariant("What the search finds of a record is what the record says")
def entries_follow() -> Iterator[str]:
    """Yield each entry of the index that is not what its record says, is missing or left over."""
    for kind, record_id in differing(db.session):
        yield f"The search entry of {kind} {record_id} is not what the record says."
