"""The event log: one append-only row per change, chained by hash for each order.

A row is at once audit trail, history, outbox and statistics. `record` is called by services inside
the transaction of the change; the relay hands the row on after that transaction was committed.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy import select as sql_select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core import seals
from app.core.actor import Actor
from app.core.canonical import moment_text, plain, readable, sha256_of
from app.core.clock import now
from app.core.db import AppendOnly, Model, db
from app.core.events.kinds import checked
from app.core.ids import new_id

GENESIS = "0" * 64
CHANNEL = "makeready_outbox"
# Every change waits for these, so they are few and plain.
LOCK_HEAD = text(
    "SELECT head_seq, head_hash FROM event_streams WHERE stream_id = :stream_id FOR UPDATE"
)
MAKE_HEAD = text(
    "INSERT INTO event_streams (stream_id, head_seq, head_hash) VALUES (:stream_id, 0, :genesis) "
    "ON CONFLICT (stream_id) DO NOTHING"
)
APPENDED = text(
    "WITH head AS (UPDATE event_streams SET head_seq = :seq, head_hash = :hash "
    "WHERE stream_id = :stream_id), "
    "queued AS (INSERT INTO outbox (event_id) VALUES (:event_id)) "
    "SELECT pg_notify(:channel, '')"
)


class EventStream(Model):
    """The head of one chain. Locked while a row is appended, so that the chain never forks."""

    __tablename__ = "event_streams"

    stream_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    head_seq: Mapped[int] = mapped_column(BigInteger, CheckConstraint("head_seq >= 0", name="seq"))
    head_hash: Mapped[str] = mapped_column(String(64))


class Event(AppendOnly, Model):
    """One change: what, to what, by whom, through which door, before and after."""

    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("stream_id", "stream_seq"),
        Index(None, "subject_kind", "subject_id"),
        Index(None, "name", "at"),
        Index(None, "at", "id"),
    )

    name: Mapped[str] = mapped_column(String(64))
    subject_kind: Mapped[str] = mapped_column(String(64))
    subject_id: Mapped[uuid.UUID]
    stream_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("event_streams.stream_id"))
    stream_seq: Mapped[int] = mapped_column(BigInteger)
    actor_kind: Mapped[str] = mapped_column(String(16))
    actor_id: Mapped[uuid.UUID | None]
    actor_label: Mapped[str] = mapped_column(String(200))
    door: Mapped[str] = mapped_column(String(16))
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    data: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    seals: Mapped[dict[str, dict[str, str]] | None] = mapped_column(JSONB(none_as_null=True))
    at: Mapped[datetime]
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class Outbox(Model):
    """Events that the relay has not yet handed on. Removed by it; the event itself stays."""

    __tablename__ = "outbox"

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=True)
    event_id: Mapped[uuid.UUID] = mapped_column(unique=True)


def hashed_content(event: Any) -> dict[str, Any]:
    """Return what an event's hash is taken over: its columns and the previous event's hash."""
    content: dict[str, Any] = {
        "id": str(event.id),
        "name": event.name,
        "subject": [event.subject_kind, str(event.subject_id)],
        "stream": [str(event.stream_id), event.stream_seq],
        "actor": [event.actor_kind, str(event.actor_id), event.actor_label],
        "door": event.door,
        "before": event.before,
        "after": event.after,
        "data": event.data,
        "at": moment_text(event.at),
        "prev": event.prev_hash,
    }
    if event.seals is not None:
        content["seals"] = event.seals
    return content


def digest(event: Any) -> str:
    """Return the SHA-256 over the canonical JSON of the event's `hashed_content`."""
    return sha256_of(hashed_content(event))


def record(
    name: str,
    subject: Any,
    actor: Actor,
    *,
    stream_id: uuid.UUID | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    data: dict[str, Any] | None = None,
) -> Event:
    """Append one event about `subject` (a model row) to the chain of `stream_id` and return it.

    `stream_id` is the order's id; without it the subject is its own chain. Takes the lock of the
    chain's head until the transaction ends; queues the row for the relay and wakes it at commit.
    Rows written once since the last event are sealed by this one: their hashes are part of it.
    Raises ValueError for a name that no room declares, or a payload that its kind doesn't have.
    """
    data = checked(name, data)
    session = db.session
    session.flush()
    chain_id = stream_id or subject.id
    head_seq, head_hash = _locked_head(chain_id)
    event = Event(
        id=new_id(),
        name=name,
        subject_kind=subject.__tablename__,
        subject_id=subject.id,
        stream_id=chain_id,
        stream_seq=head_seq + 1,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=readable(actor.label)[:200],
        door=actor.door,
        before=plain(before),
        after=plain(after),
        data=plain(data),
        seals=seals.take(),
        at=now(),
        prev_hash=head_hash,
    )
    event.hash = digest(event)
    session.add(event)
    session.flush()
    appended = {"seq": event.stream_seq, "hash": event.hash, "stream_id": chain_id}
    session.execute(APPENDED, appended | {"event_id": event.id, "channel": CHANNEL})
    return event


def _locked_head(chain_id: uuid.UUID) -> tuple[int, str]:
    """Lock the chain's head and return its number and hash; the first time it is made."""
    known = db.session.execute(LOCK_HEAD, {"stream_id": chain_id}).one_or_none()
    if known is None:
        db.session.execute(MAKE_HEAD, {"stream_id": chain_id, "genesis": GENESIS})
        known = db.session.execute(LOCK_HEAD, {"stream_id": chain_id}).one()
    return known.head_seq, known.head_hash


def timeline(stream_id: uuid.UUID, *, limit: int = 200) -> list[Event]:
    """Return the newest `limit` events of one chain, newest first."""
    query = sql_select(Event).where(Event.stream_id == stream_id)
    return list(db.session.scalars(query.order_by(Event.stream_seq.desc()).limit(limit)))
