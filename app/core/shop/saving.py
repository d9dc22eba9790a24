"""Saves a section of the shop's settings: checked whole, recorded with what changed, read by all within a second."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.core.actor import Actor
from app.core.db import db
from app.core.errors import NotFound
from app.core.events import record
from app.core.ids import new_id
from app.core.inputs import Faults, bad_input
from app.core.shop.models import ShopSettings
from app.core.shop.reading import forget, readable
from app.core.shop.section import SECTIONS, Section
from app.core.translations import _


@dataclass(frozen=True)
class SavedSection:
    """A section and its row, None while it was never saved."""

    section: type[Section]
    row: ShopSettings | None

    @property
    def id(self) -> str:
        """How addresses name it."""
        return self.section.key

    @property
    def version_id(self) -> int:
        """The version of its row, 0 while there is none."""
        return self.row.version_id if self.row else 0


def find_section(key: str) -> SavedSection:
    """Return the section `key` with its row; raise NotFound where none is declared."""
    return SavedSection(_section(key), db.session.scalar(_row(key)))


def lock_section(key: Any) -> SavedSection:
    """Return the section with its row under FOR UPDATE, which is made where there is none."""
    section = _section(str(key))
    first = {"id": new_id(), "section": section.key, "values": {}, "version_id": 0}
    db.session.execute(insert(ShopSettings).values(first).on_conflict_do_nothing())
    query = _row(section.key).with_for_update()
    return SavedSection(
        section, db.session.scalar(query, execution_options={"populate_existing": True})
    )


def save_section(saved: SavedSection, actor: Actor, values: Mapping[str, Any]) -> Section:
    """Save the raw `values` of a section, whole or not at all, and return them checked; what is not given stays
    as it is. Records settings.changed with what differs. Raises BadInput with a sentence for each field."""
    section, row = saved.section, saved.row
    assert row is not None
    now = readable(section, row.values or section.environment())
    try:
        given = section.model_validate(now.model_dump() | dict(values)).checked()
    except ValidationError as problem:
        raise bad_input(problem) from None
    _keep_locked(now, given)
    before, after = now.model_dump(mode="json"), given.model_dump(mode="json")
    changed = [name for name in after if after[name] != before.get(name)]
    row.values = after
    db.session.flush()
    if changed:
        record(
            "settings.changed",
            row,
            actor,
            before={name: before.get(name) for name in changed},
            after={name: after[name] for name in changed},
            data={"section": section.key},
        )
    forget()
    return given


def _keep_locked(now: Section, given: Section) -> None:
    """Raise BadInput for each field that was changed and can't be any more."""
    faults = Faults()
    for name, reason in type(now).locked().items():
        if getattr(now, name) != getattr(given, name):
            faults.found[name] = reason
    faults.raise_all()


def _section(key: str) -> type[Section]:
    if key not in SECTIONS:
        raise NotFound(_("There are no settings of this name."))
    return SECTIONS[key]


def _row(key: str) -> Any:
    return select(ShopSettings).where(ShopSettings.section == key)
