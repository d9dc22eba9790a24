"""Every version of a family or product: who changed what, when, and how it differs from the version before."""

import uuid
from dataclasses import dataclass

from sqlalchemy import select, tuple_

from app.catalog.difference import Line, difference
from app.catalog.inheritance import Layer
from app.catalog.models import Product, ProductFamily
from app.catalog.services.reading import layers_of
from app.core.db import db
from app.core.events import Event
from app.core.events.describe import describe

PAGE = 30


@dataclass(frozen=True)
class Version:
    """One change. `of` is the family that was changed, where it is not the row's own change: a product
    changes with the families above it."""

    event: Event
    title: str
    who: str
    detail: str
    tone: str
    lines: list[Line]
    of: ProductFamily | None


def versions_of(
    row: Product | ProductFamily, *, limit: int = PAGE, before: uuid.UUID | None = None
) -> list[Version]:
    """Return the newest `limit` changes of the row and of the families above it (those that it has now),
    newest first; `before`: those older than this event. Two queries."""
    path = row.family.path if isinstance(row, Product) else row.path
    layers = layers_of(row)
    of: dict[uuid.UUID, tuple[list[Layer], ProductFamily | None]] = {
        family.id: (layers[: place + 1], family) for place, family in enumerate(path)
    }
    of[row.id] = (layers, None)
    kinds = [("product_families", key) for key in of] + [("products", row.id)]
    query = select(Event).where(tuple_(Event.subject_kind, Event.subject_id).in_(kinds))
    if before is not None and (last := db.session.get(Event, before)):
        query = query.where(tuple_(Event.at, Event.id) < (last.at, last.id))
    query = query.order_by(Event.at.desc(), Event.id.desc()).limit(limit)
    return [_version(event, *of[event.subject_id]) for event in db.session.scalars(query)]


def _version(event: Event, layers: list[Layer], family: ProductFamily | None) -> Version:
    entry = describe(event)
    old, new = event.before or {}, event.after or {}
    lines = difference(layers, old, new) if old else []
    return Version(event, entry.title, entry.who, entry.detail, entry.tone, lines, family)
