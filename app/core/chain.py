"""The hash chains of events, and verifying them. What keeps their heads outside the database is in `anchors`.

`ChainCheck` says when each was last verified, so that no page has to read a chain to say so. The clock
verifies what was added within minutes, and whole chains by turns.
"""

import time
import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    Select,
    String,
    Text,
    exists,
    func,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.db import Model, db
from app.core.events import GENESIS, Event, EventStream, digest
from app.core.invariants import invariant

BATCH = 1000
CHECKED_TOGETHER = 200
#: Longer than any transaction lasts: what commits late is read once more.
OVERLAP = timedelta(minutes=10)
WHOLE_EVERY = timedelta(hours=20)


def verify(stream_id: uuid.UUID) -> str | None:
    """Return a sentence about the first broken link of one chain, None where it is whole."""
    return first_break(stream_id)[1]


def first_break(
    stream_id: uuid.UUID, seq: int = 0, before: str = GENESIS
) -> tuple[tuple[int, str], str | None]:
    """Read a chain after its event `seq`, whose hash was `before`; it may grow meanwhile. Returns
    number and hash of the last good event, and a sentence about the first broken link or None."""
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


ENROL = text(
    "INSERT INTO chain_checks (stream_id) SELECT stream_id FROM event_streams s "
    "WHERE NOT EXISTS (SELECT FROM chain_checks c WHERE c.stream_id = s.stream_id)"
)


class ChainCheck(Model):
    """How far one chain was verified: up to which event (`seq`, `hash`), when the newest part
    (`checked_at`) and when as a whole (`whole_at`); `broken` is the sentence where it does not hold."""

    __tablename__ = "chain_checks"
    __table_args__ = (
        Index(None, "checked_at"),
        Index("ix_chain_checks_whole_at", text("whole_at NULLS FIRST"), "stream_id"),
    )

    stream_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("event_streams.stream_id"), primary_key=True
    )
    seq: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    hash: Mapped[str] = mapped_column(String(64), default=GENESIS, server_default=GENESIS)
    checked_at: Mapped[datetime | None]
    whole_at: Mapped[datetime | None]
    broken: Mapped[str | None] = mapped_column(Text)


def check_chain(stream_id: uuid.UUID, *, whole: bool) -> ChainCheck:
    """Verify one chain, from where it was verified last or as a `whole`, and remember the outcome.
    Takes no lock. What was found broken stays so until the chain was read as a whole."""
    row = db.session.get(ChainCheck, stream_id)
    row = row or ChainCheck(stream_id=stream_id, seq=0, hash=GENESIS)
    since = (0, GENESIS) if whole or row.broken else (row.seq, row.hash)
    end, broken = first_break(stream_id, *since)
    row.checked_at = now()
    row.broken = broken
    if broken is None:
        row.seq, row.hash = end
    if since[0] == 0:
        row.whole_at = row.checked_at
    db.session.add(row)
    return row


def check_grown() -> int:
    """Verify the new part of every chain that grew since the last time; return how many. Commits every few."""
    last = db.session.scalar(select(func.max(ChainCheck.checked_at))) or now()
    grown = select(Event.stream_id).where(Event.at > last - OVERLAP).distinct()
    streams = db.session.scalars(grown).all()
    for number, stream_id in enumerate(streams, 1):
        check_chain(stream_id, whole=False)
        if number % CHECKED_TOGETHER == 0:
            db.session.commit()
    db.session.commit()
    return len(streams)


def enrol() -> None:
    """Take up chains that have no row yet: those written in bulk, or before this was kept. Commits."""
    db.session.execute(ENROL)
    db.session.commit()


def check_oldest(budget_s: float = 20.0) -> int:
    """Verify whole chains for `budget_s` seconds, the one read longest ago first, each once a day at most;
    return how many. Commits every few."""
    ends, done = time.monotonic() + budget_s, 0
    due = (
        select(ChainCheck.stream_id)
        .where(ChainCheck.whole_at.is_(None) | (ChainCheck.whole_at < now() - WHOLE_EVERY))
        .order_by(ChainCheck.whole_at.asc().nulls_first(), ChainCheck.stream_id)
        .limit(CHECKED_TOGETHER)
    )
    while time.monotonic() < ends and (streams := db.session.scalars(due).all()):
        for stream_id in streams:
            check_chain(stream_id, whole=True)
        db.session.commit()
        done += len(streams)
    return done
