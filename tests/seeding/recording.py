"""Takes down what one story wrote: every row as COPY prints it, and the texts that were hashed."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, text

import app.models  # noqa: F401  every table
from app.core.canonical import canonical_text
from app.core.clock import now
from app.core.db import AppendOnly, Model, db
from app.core.events import Event
from app.core.events.log import hashed_content
from app.core.events.personal import seal_of
from app.core.seals import is_sealed, row_content
from tests.seeding import reactions
from tests.seeding.stories import Story, Teller, Ware

# The relay's own and what is derived; and what many orders share, which is written once.
LEFT_OUT = {"outbox", "event_deliveries", "event_streams", "chain_checks"}
LEFT_OUT |= {"search_entries", "order_progress", "daily_figures", "daily_figures_kept"}
SHARED = ("assets", "previews")
#: Where the numbers of a recorded order begin, far above what else may stand in its rows.
NUMBERS = {
    "orders.number": 1_917_000_001,
    "jobs.serial": 1_927_000_001,
    "shipments.number": 1_937_000_001,
    "customers.number": 1_947_000_001,
    "labels": 57_000_001,
}
SET_COUNTER = text("SELECT setval(CAST(:counter AS regclass), :value, false)")
TABLES = [table for table in Model.metadata.sorted_tables if table.name not in LEFT_OUT]


@dataclass
class Row:
    """One row: its line of COPY, and the numbers of the steps that made it and last changed it."""

    table: str
    key: str
    line: str
    made: int
    changed: int


@dataclass
class Recording:
    """All that a story wrote. `steps` are (moment of its beginning, hours since the story's start)."""

    rows: list[Row]
    steps: list[tuple[datetime, float]]
    began: datetime
    sealed: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Row id → table and the text that its seal is the hash of."""
    events: list[tuple[Event, str]] = field(default_factory=list)
    """Each event with the text that its hash is taken over, chain by chain in order."""
    personal: list[tuple[str, str, str]] = field(default_factory=list)
    """Event id, seal and the text that the seal is the hash of, for each personal value."""


def record(story: Story, ware: Ware, uploads: Any) -> Recording:
    """Tell `story` in a transaction of its own, take down what it wrote, and roll it back."""
    db.session.rollback()
    _count_from(NUMBERS)
    began = db.session.scalar(text("SELECT now()"))
    known = {row[:2] for row in _all_rows()}
    rows: dict[tuple[str, str], Row] = {}
    steps: list[tuple[datetime, float]] = []

    def take(step: int) -> None:
        reactions.run()
        for table, key, line in _all_rows():
            if (table, key) in known:
                continue
            row = rows.setdefault((table, key), Row(table, key, line, step, step))
            if row.line != line:
                row.line, row.changed = line, step

    teller = Teller(ware, uploads)
    hours = 0.0
    steps.append((now(), hours))
    for later in story(teller):
        take(len(steps) - 1)
        hours += later
        steps.append((now(), hours))
    take(len(steps) - 1)
    assert began is not None
    found = Recording(list(rows.values()), steps, began.astimezone(UTC))
    db.session.expire_all()
    for mapper in Model.registry.mappers:
        table = str(mapper.local_table.name)  # type: ignore[attr-defined]
        if issubclass(mapper.class_, AppendOnly) and is_sealed(mapper.class_):
            for sealed in db.session.scalars(select(mapper.class_)):
                if (table, str(sealed.id)) not in known:
                    found.sealed[str(sealed.id)] = (table, canonical_text(row_content(sealed)))
    query = select(Event).order_by(Event.stream_id, Event.stream_seq)
    new = [event for event in db.session.scalars(query) if ("events", str(event.id)) not in known]
    found.events = [(event, canonical_text(hashed_content(event))) for event in new]
    found.personal = [
        (str(row.event_id), seal_of(row.salt, row.value), f"{row.salt}{canonical_text(row.value)}")
        for event in new
        for row in event.personal
    ]
    db.session.expunge_all()
    db.session.rollback()
    return found


def _count_from(numbers: dict[str, int]) -> None:
    """Let each counter begin at its number."""
    for name, first in numbers.items():
        db.session.execute(SET_COUNTER, {"counter": counter(name), "value": first})


def counter(name: str) -> str:
    """Return the sequence that counts `name`: a column, ``orders.number``, or what has its own."""
    own = {"customers.number": "customer_numbers", "labels": "label_numbers"}
    table, _, column = name.partition(".")
    return own.get(name) or str(
        db.session.scalar(text("SELECT pg_get_serial_sequence(:t, :c)"), {"t": table, "c": column})
    )


def columns(table: str) -> list[str]:
    """Return the columns of a table in the order in which its rows are printed."""
    return [column.name for column in Model.metadata.tables[table].columns]


def _all_rows() -> Iterator[tuple[str, str, str]]:
    """Yield table, key and COPY's line of every row of the shop."""
    db.session.flush()
    driver = db.session.connection().connection.driver_connection
    assert driver is not None
    for table in TABLES:
        key = ", ".join(f'"{column.name}"' for column in table.primary_key.columns)
        names = ", ".join(f'"{name}"' for name in columns(table.name))
        query = f"COPY (SELECT concat_ws('/', {key}), {names} FROM {table.name}) TO STDOUT"
        with driver.cursor().copy(query) as copy:
            body = b"".join(copy).decode()
        for printed in body.splitlines():
            found, _, line = printed.partition("\t")
            yield table.name, found, line


def is_id(value: str) -> bool:
    """Whether a key is a row id."""
    try:
        uuid.UUID(value)
    except ValueError:
        return False
    return True
