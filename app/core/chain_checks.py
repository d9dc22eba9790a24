"""When each chain of events was last verified, so that no page has to read a chain to say so.

The clock verifies what was added within minutes, and whole chains by turns.
"""

import time
import uuid
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, func, select, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.chain import first_break
from app.core.clock import now
from app.core.db import Model, db
from app.core.events import GENESIS, Event

#: Longer than any transaction lasts: an event that commits late is looked for again.
OVERLAP = timedelta(minutes=10)
WHOLE_EVERY = timedelta(hours=20)
BATCH = 200
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

    Takes no lock. What was found broken stays so until the chain was read as a whole.
    """
    row = db.session.get(ChainCheck, stream_id) or ChainCheck(
        stream_id=stream_id, seq=0, hash=GENESIS
    )
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
        if number % BATCH == 0:
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
        .limit(BATCH)
    )
    while time.monotonic() < ends and (streams := db.session.scalars(due).all()):
        for stream_id in streams:
            check_chain(stream_id, whole=True)
        db.session.commit()
        done += len(streams)
    return done
