"""What must always hold of product revisions."""

from collections.abc import Iterator

from sqlalchemy import select

from app.catalog.models import ProductRevision
from app.catalog.revisions import content_hash
from app.core.db import db
from app.core.invariants import invariant

BATCH = 200


@invariant("Each product revision is as its hash says")
def revisions_are_unchanged() -> Iterator[str]:
    """Yield one sentence for each revision whose content is not what was hashed."""
    query = select(ProductRevision).order_by(ProductRevision.id)
    for row in db.session.scalars(query.execution_options(yield_per=BATCH)):
        if content_hash(row.content) != row.sha256:
            yield f"product revision {row.id} was changed after it was written."
