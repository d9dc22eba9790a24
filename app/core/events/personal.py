"""Personal data of events: kept beside the chain, so that it can be erased and the chain still verifies.

An event holds a seal for each personal value: the SHA-256 over a random salt and the value's JSON. Salt
and value are a row of their own; without that row the seal tells nothing.
"""

import hashlib
import secrets
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import String, delete, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.canonical import canonical_text
from app.core.db import Model, db
from app.core.events.kinds import KINDS
from app.core.invariants import invariant

MARK = "sealed:"
ERASED = "Erased"
#: Whose names are personal: those of people, and of links, which carry a customer's name.
PEOPLE = frozenset({"staff", "customer"})
SIDES = ("before", "after", "data")
EMPTY: tuple[Any, ...] = (None, "", [], {})
BATCH = 2_000


class EventPersonal(Model):
    """One personal value of an event. `field` is ``actor``, or a side and a name: ``data.reason``."""

    __tablename__ = "event_personal"

    event_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    field: Mapped[str] = mapped_column(String(80), primary_key=True)
    salt: Mapped[str] = mapped_column(String(32))
    value: Mapped[Any] = mapped_column(JSONB)


def seal_of(salt: str, value: Any) -> str:
    """Return the seal that an event holds in place of `value`."""
    return MARK + hashlib.sha256(f"{salt}{canonical_text(value)}".encode()).hexdigest()


class Sealer:
    """Seals the personal values of one event; `rows` are what stands beside it."""

    def __init__(self, name: str) -> None:
        kind = KINDS.get(name)
        self.fields = frozenset(kind.personal_fields) if kind else frozenset()
        self.rows: list[dict[str, Any]] = []

    def side(self, side: str, values: dict[str, Any] | None) -> dict[str, Any] | None:
        """Return before, after or data with a seal in place of each personal value that says anything."""
        if values is None:
            return None
        return {
            name: self.value(f"{side}.{name}", value)
            if name in self.fields and value not in EMPTY
            else value
            for name, value in values.items()
        }

    def value(self, field: str, value: Any) -> str:
        """Return the seal of a value and keep the value."""
        salt = secrets.token_hex(16)
        self.rows.append({"field": field, "salt": salt, "value": value})
        return seal_of(salt, value)


def revealed(
    side: str, values: dict[str, Any] | None, rows: Sequence[EventPersonal]
) -> dict[str, Any] | None:
    """Return a side with the personal values in place of their seals; an erased one says so."""
    if values is None or not any(is_seal(value) for value in values.values()):
        return values
    personal = {row.field: row.value for row in rows}
    return {
        name: personal.get(f"{side}.{name}", ERASED) if is_seal(value) else value
        for name, value in values.items()
    }


def is_seal(value: Any) -> bool:
    """Return whether the value is a seal."""
    return isinstance(value, str) and value.startswith(MARK)


def erase(event_ids: Iterable[uuid.UUID]) -> int:
    """Erase the personal values of events; return how many. Chains still verify. The caller commits."""
    gone = delete(EventPersonal).where(EventPersonal.event_id.in_(list(event_ids)))
    return len(db.session.execute(gone.returning(EventPersonal.event_id)).all())


@invariant(
    "Personal data stands beside the events, never in them, and is what the events were sealed over"
)
def personal_data_is_sealed() -> Iterator[str]:
    """Yield one sentence for each value in clear, and for each that differs from its seal."""
    from app.core.events.log import Event

    columns = Event.__table__.c
    names = ("id", "name", "actor_kind", "actor_label", *SIDES)
    query = select(*(columns[name] for name in names)).order_by(columns.id)
    for batch in db.session.execute(query.execution_options(yield_per=BATCH)).partitions():
        kept = select(EventPersonal).where(EventPersonal.event_id.in_([row.id for row in batch]))
        values: dict[uuid.UUID, dict[str, EventPersonal]] = {}
        for row in db.session.scalars(kept):
            values.setdefault(row.event_id, {})[row.field] = row
        for event in batch:
            yield from _faults(event, values.get(event.id, {}))
        db.session.expunge_all()


def _faults(event: Any, kept: Mapping[str, EventPersonal]) -> Iterator[str]:
    stored = {"actor": event.actor_label} if event.actor_kind in PEOPLE else {}
    personal = Sealer(event.name).fields
    for side in SIDES:
        values = getattr(event, side) or {}
        stored |= {f"{side}.{name}": values[name] for name in sorted(values.keys() & personal)}
    for field, value in stored.items():
        if value in EMPTY:
            continue
        if not is_seal(value):
            yield f"Event {event.id} ({event.name}) holds {field} in clear."
        elif field in kept and seal_of(kept[field].salt, kept[field].value) != value:
            yield f"Event {event.id} ({event.name}): {field} was changed after it was written."
