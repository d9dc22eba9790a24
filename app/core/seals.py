"""Seals: what is written once stands with its hash in the chain of events. Who takes its table's
trigger away and changes a row would have to write the anchored chain anew as well."""

import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import event as sa_event
from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from app.core.canonical import moment_text, plain, sha256_of
from app.core.db import AppendOnly, append_only_models, db
from app.core.invariants import invariant

#: Events are sealed by their own chain, anchors lie outside; `created_at` is the database's note.
NOT_SEALED = frozenset({"events", "event_anchors"})
NOT_HASHED = frozenset({"created_at"})
BATCH = 1000
_WAITING = "unsealed_rows"
Seals = dict[str, dict[str, str]]


@sa_event.listens_for(Session, "after_flush")
def _note(session: Session, context: Any) -> None:
    """Note each row written once that a session flushes, for `take`."""
    rows = (row for row in session.new if isinstance(row, AppendOnly) and is_sealed(type(row)))
    session.info.setdefault(_WAITING, []).extend(rows)


def take() -> Seals | None:
    """Return table → id → hash of the rows flushed since the last call and not rolled back, None for none."""
    seals: Seals = {}
    for row in db.session().info.pop(_WAITING, []):
        if inspect(row).persistent:
            seals.setdefault(row.__tablename__, {})[str(row.id)] = row_hash(row)
    return seals or None


def row_hash(row: Any) -> str:
    """Return the SHA-256 over all columns of `row`, the same before and after a way through Postgres."""
    return sha256_of(row_content(row))


def row_content(row: Any) -> dict[str, Any]:
    """Return what the hash of a row that is written once is taken over: column name → plain value."""
    model: Any = type(row)
    return _content(model, [getattr(row, key) for _, key in _hashed(model)])


def _content(model: Any, values: Sequence[Any]) -> dict[str, Any]:
    columns = inspect(model).local_table.columns
    return {
        name: _canonical(value)
        for (name, _), value in zip(_hashed(model), values, strict=True)
        if value not in ("", None) or not columns[name].info.get("hashed_where_set")
    }


@lru_cache(maxsize=64)
def _hashed(model: Any) -> tuple[tuple[str, str], ...]:
    """Return column name and attribute of each column of `model` that is hashed."""
    mapper = inspect(model)
    return tuple(
        (column.name, mapper.get_property_by_column(column).key)
        for column in mapper.local_table.columns
        if column.name not in NOT_HASHED
    )


def is_sealed(model: Any) -> bool:
    """Return whether rows of `model`, which is AppendOnly, are sealed by the event of their writing."""
    return model.__tablename__ not in NOT_SEALED and not model.sealed_by_itself


def _canonical(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")  # a column of three decimals gives 2 back as 2.000
    return plain(value)


@invariant("What is written once is as it was written")
def sealed_rows_are_unchanged() -> Iterator[str]:
    """Yield each sealed row that was changed or removed, then each that no event sealed."""
    from app.core.events import Event

    models = append_only_models()
    seen: Counter[str] = Counter()
    waiting: Seals = {}
    query = select(Event.seals).where(Event.seals.is_not(None)).order_by(Event.id)
    for seals in db.session.scalars(query.execution_options(yield_per=BATCH)):
        for table, hashes in sorted((seals or {}).items()):
            if table not in models:
                yield f"{table}: events seal rows of it, and there is no such table any more."
                continue
            seen[table] += len(hashes)
            together = waiting.setdefault(table, {})
            together.update(hashes)
            if len(together) >= BATCH:
                yield from _differing(models[table], table, waiting.pop(table))
    for table, hashes in sorted(waiting.items()):
        yield from _differing(models[table], table, hashes)
    for table, model in models.items():
        # as many rows as seals, and each seal has its row: then no row is without one
        count = text(f"SELECT count(*) FROM {table}")
        if is_sealed(model) and db.session.scalar(count) != seen[table]:
            yield from _unsealed(table)


def _differing(model: Any, table: str, hashes: dict[str, str]) -> Iterator[str]:
    columns = [getattr(model, key) for _, key in _hashed(model)]
    query = select(model.id, *columns).where(model.id.in_([uuid.UUID(one) for one in hashes]))
    found = {str(row[0]): sha256_of(_content(model, row[1:])) for row in db.session.execute(query)}
    for row_id, expected in hashes.items():
        if row_id not in found:
            yield f"{table} {row_id} was removed after it was written."
        elif found[row_id] != expected:
            yield f"{table} {row_id} was changed after it was written."


def _unsealed(table: str) -> Iterator[str]:
    query = text(
        f"SELECT id FROM {table} EXCEPT SELECT jsonb_object_keys(seals -> :table)::uuid "
        "FROM events WHERE jsonb_exists(seals, :table) ORDER BY id"
    )
    for row_id in db.session.scalars(query, {"table": table}):
        yield f"{table} {row_id} was written past the shop: no event knows it."
