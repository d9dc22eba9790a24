"""Product revisions: what a product offered at one moment, kept once however many lines agreed on it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.catalog.models import Product, ProductRevision
from app.catalog.properties import Properties
from app.core.canonical import plain, sha256_of
from app.core.db import db
from app.core.ids import new_id

MOST_KEPT = 256
_kept: dict[uuid.UUID, Revision] = {}


@dataclass(frozen=True)
class Revision:
    """A revision free of the session: its hash and the properties it holds."""

    id: uuid.UUID
    sha256: str
    properties: Properties


def revision_of(product: Product, properties: Properties) -> uuid.UUID:
    """Return the id of the product's revision with exactly these properties; write it if it is new.

    Two transactions that write the same one wait for each other and get the same id.
    """
    content = properties.model_dump(mode="json")
    digest = content_hash(content)
    where = {"product_id": product.id, "sha256": digest}
    same = select(ProductRevision.id).filter_by(**where)
    found = db.session.scalar(same)
    if found is None:
        values = {"id": new_id(), "content": content, **where}
        db.session.execute(insert(ProductRevision).values(values).on_conflict_do_nothing())
        found = db.session.scalars(same).one()
    _keep({found: Revision(found, digest, properties)})
    return found


def content_hash(content: object) -> str:
    """Return the SHA-256 over the canonical JSON of a revision's content."""
    return sha256_of(plain(content))


def kept(revision_id: uuid.UUID) -> Revision | None:
    """Return the revision where this process has read it already; it never changes."""
    return _kept.get(revision_id)


def load(revision_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Revision]:
    """Return id → revision, read in one query; the process keeps the last few hundred."""
    query = select(ProductRevision).where(ProductRevision.id.in_(set(revision_ids)))
    found = {
        row.id: Revision(row.id, row.sha256, Properties.model_validate(row.content))
        for row in db.session.scalars(query)
    }
    _keep(found)
    return found


def _keep(found: dict[uuid.UUID, Revision]) -> None:
    if len(_kept) + len(found) > MOST_KEPT:
        _kept.clear()
    _kept.update(found)
