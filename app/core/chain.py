"""The hash chains of events: verifying them, and anchoring their heads outside the database."""

import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import Select, exists, false, func, select, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.db import AppendOnly, Model, Record, db
from app.core.events import GENESIS, Event, EventStream, digest
from app.core.invariants import invariant

BATCH = 1000
OVERLAP_MS = 600_000
GROWN = text(
    "SELECT DISTINCT s.stream_id, s.head_seq, s.head_hash FROM event_streams s "
    "JOIN events e ON e.stream_id = s.stream_id WHERE e.id > :floor"
)


class Anchor(AppendOnly, Record, Model):
    """Which chain heads were written to storage, under which key and hash. `is_former`: before the chains were
    hashed anew without personal data, so it is compared with the former hashes."""

    __tablename__ = "event_anchors"

    storage_key: Mapped[str] = mapped_column(unique=True)
    sha256: Mapped[str]
    upto: Mapped[uuid.UUID]
    is_former: Mapped[bool] = mapped_column(default=False, server_default=false())


def verify(stream_id: uuid.UUID) -> str | None:
    """Return a sentence about the first broken link of one chain, None where it is whole."""
    return first_break(stream_id)[1]


def first_break(
    stream_id: uuid.UUID, seq: int = 0, before: str = GENESIS
) -> tuple[tuple[int, str], str | None]:
    """Read a chain after its event `seq`, whose hash was `before`; it may grow meanwhile.

    Returns number and hash of the last good event, and a sentence about the first broken link or None.
    """
    query = _chained().where(Event.stream_id == stream_id, Event.stream_seq >= seq)
    return _follow(stream_id, db.session.execute(query), seq, before)


def _chained() -> Select[Any]:
    """Return the events of all chains in order, each with the head of its chain."""
    table = Event.__table__
    return (
        select(table, EventStream.head_seq, EventStream.head_hash)
        .join(EventStream, EventStream.stream_id == table.c.stream_id)
        .order_by(table.c.stream_id, table.c.stream_seq)
    )


def _follow(
    stream_id: uuid.UUID, events: Iterable[Any], seq: int = 0, before: str = GENESIS
) -> tuple[tuple[int, str], str | None]:
    head, start, wrong = None, seq, ""
    for event in events:
        head = (event.head_seq, event.head_hash)
        if start and event.stream_seq == start:  # where it was verified last
            if event.hash != before or digest(event) != before:
                return (seq, before), f"Chain {stream_id}: event {seq} ({event.id}) was changed."
            continue
        if event.stream_seq != seq + 1:
            wrong = f"event {seq + 1} is missing"
        elif event.prev_hash != before:
            wrong = f"event {seq + 1} ({event.id}) does not follow the one before it"
        elif digest(event) != event.hash:
            wrong = f"event {seq + 1} ({event.id}) was changed after it was written"
        if wrong:
            return (seq, before), f"Chain {stream_id}: {wrong}."
        seq, before = seq + 1, event.hash
    if head != (seq, before):
        return (seq, before), f"Chain {stream_id}: its newest event is missing; the head differs."
    return (seq, before), None


@invariant("Every chain of events is whole and unchanged")
def chains_hold() -> Iterator[str]:
    """Yield one sentence for each broken chain, reading all events once in order."""
    rows = db.session.execute(_chained().execution_options(yield_per=BATCH))
    for stream_id, events in groupby(rows, key=lambda event: event.stream_id):
        if broken := _follow(stream_id, events)[1]:
            yield broken
    emptied = select(EventStream.stream_id).where(
        EventStream.head_seq > 0, ~exists().where(Event.stream_id == EventStream.stream_id)
    )
    for stream_id in db.session.scalars(emptied.order_by(EventStream.stream_id)):
        yield f"Chain {stream_id}: all of its events are missing."


@invariant("What is queued or was delivered names an event that is there")
def events_are_there() -> Iterator[str]:
    """Yield one sentence for each row without its event: no foreign key sees to it."""
    for table in ("outbox", "event_deliveries", "messages"):
        missing = text(
            f"SELECT event_id FROM {table} r WHERE event_id IS NOT NULL "  # nosec B608: our names
            "AND NOT EXISTS (SELECT FROM events e WHERE e.id = r.event_id) ORDER BY event_id"
        )
        for event_id in db.session.scalars(missing):
            yield f"{table}: its event {event_id} is missing."


@invariant("No chain has lost events that were anchored outside the database")
def anchors_hold() -> Iterator[str]:
    """Compare each anchored head with the event that stands at its place now."""
    from app.core import storage

    columns = (Anchor.storage_key, Anchor.sha256, Anchor.is_former)
    for key, sha256, is_former in db.session.execute(select(*columns).order_by(Anchor.id)).all():
        db.session.rollback()  # storage is read without a transaction
        if not storage.exists(key):
            yield f"Anchor {key} is missing from the storage."
        elif hashlib.sha256(body := storage.read_bytes(key)).hexdigest() != sha256:
            yield f"Anchor {key} is not what was written there."
        else:
            yield from _departures(key, json.loads(body)["heads"], is_former)


def _departures(key: str, heads: dict[str, list[object]], is_former: bool) -> Iterator[str]:
    # a chain that did not verify was not hashed anew and has no former hashes
    found = func.coalesce(Event.former_hash, Event.hash) if is_former else Event.hash
    for stream_id, (seq, head_hash) in heads.items():
        event = (Event.stream_id == uuid.UUID(stream_id), Event.stream_seq == seq)
        if db.session.scalar(select(found).where(*event)) != head_hash:
            yield f"Chain {stream_id}: event {seq} differs from anchor {key}."


def heads_since(upto: uuid.UUID | None) -> tuple[dict[str, list[object]], uuid.UUID | None]:
    """Return the heads of all chains that grew after event `upto` (a UUIDv7), and the newest event's id.

    The ten minutes before `upto`, longer than any transaction lasts, are read twice for what committed late.
    """
    newest = db.session.scalar(select(Event.id).order_by(Event.id.desc()).limit(1))
    if newest is None or newest == upto:
        return {}, None
    floor = uuid.UUID(int=max(0, (upto.int >> 80) - OVERLAP_MS) << 80 if upto else 0)
    rows = db.session.execute(GROWN, {"floor": floor})
    return {str(row.stream_id): [row.head_seq, row.head_hash] for row in rows}, newest


def anchor_heads() -> str | None:
    """Write the heads of all chains that grew to storage, once; return the key, None if none grew. Commits."""
    from app.core import storage

    last = db.session.scalar(select(Anchor).order_by(Anchor.created_at.desc()).limit(1))
    heads, newest = heads_since(last.upto if last and not last.is_former else None)
    db.session.commit()
    if newest is None or not heads:
        return None
    moment = now()
    body = json.dumps({"at": moment.isoformat(), "heads": heads}, sort_keys=True).encode()
    key = f"anchors/{moment:%Y/%m/%d/%H%M%S}-{newest}.json"
    storage.put_bytes(key, body, "application/json")
    db.session.add(Anchor(storage_key=key, sha256=hashlib.sha256(body).hexdigest(), upto=newest))
    db.session.commit()
    return key
