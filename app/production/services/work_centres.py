"""Work centres come with a preset; a route may name one that nobody described yet."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.catalog.presets import WorkCentre as PresetCentre
from app.core.db import db
from app.core.ids import new_id
from app.production.models import WorkCentre


def load_preset(section: Sequence[PresetCentre]) -> list[WorkCentre]:
    """Add the preset's work centres and return them; one that exists keeps what the shop wrote."""
    for centre in section:
        _add(centre.key, centre.name, centre.instructions)
    found = by_key(centre.key for centre in section)
    return [found[centre.key] for centre in section]


def by_key(keys: Iterable[str]) -> dict[str, WorkCentre]:
    """Return key → work centre for those that exist."""
    rows = db.session.scalars(select(WorkCentre).where(WorkCentre.key.in_(set(keys))))
    return {row.key: row for row in rows}


def for_route(keys: Iterable[str]) -> dict[str, WorkCentre]:
    """Return key → work centre; what is missing is added, so that no accepted order gets stuck."""
    wanted = set(keys)
    found = by_key(wanted)
    for key in sorted(wanted - set(found)):
        _add(key, key.replace("_", " ").capitalize(), "")
    return found if wanted == set(found) else by_key(wanted)


def _add(key: str, name: str, instructions: str) -> None:
    values = {"id": new_id(), "key": key, "name": name, "instructions": instructions}
    db.session.execute(
        insert(WorkCentre).values(values).on_conflict_do_nothing(index_elements=["key"])
    )
