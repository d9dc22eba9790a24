"""Work centres as references: the steps of a product's route name them by key."""

from collections.abc import Collection

from sqlalchemy import or_, select

from app.catalog.references import MOST_FOUND, ReferenceKind
from app.core.db import db
from app.core.translations import _l
from app.production.models import WorkCentre


def _existing(keys: Collection[str]) -> set[str]:
    return set(db.session.scalars(select(WorkCentre.key).where(WorkCentre.key.in_(keys))))


def _found(words: str) -> list[tuple[str, str]]:
    query = select(WorkCentre.key, WorkCentre.name).order_by(WorkCentre.name)
    for word in words.split()[:8]:
        columns = (WorkCentre.key, WorkCentre.name)
        query = query.where(or_(*(one.icontains(word, autoescape=True) for one in columns)))
    return [(row.key, row.name) for row in db.session.execute(query.limit(MOST_FOUND))]


def _labels(keys: Collection[str]) -> dict[str, str]:
    query = select(WorkCentre.key, WorkCentre.name).where(WorkCentre.key.in_(keys))
    return {row.key: row.name for row in db.session.execute(query)}


ReferenceKind("work_centre", _l("work centre"), _existing, _found, _labels)
