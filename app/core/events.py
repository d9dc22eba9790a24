"""The event log: one append-only row per change, chained by hash for each order.

A row is at once audit trail, history, outbox and statistics. `record` is called by services inside
the transaction of the change; the relay hands the row on after that transaction was committed.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy import select as sql_select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.actor import Actor
from app.core.clock import now
from app.core.db import AppendOnly, Model, db
from app.core.ids import new_id

GENESIS = "0" * 64
CHANNEL = "makeready_outbox"


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
    at: Mapped[datetime]
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class Outbox(Model):
    """Events that the relay has not yet handed on. Removed by it; the event itself stays."""

    __tablename__ = "outbox"

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=True)
    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("events.id"), unique=True)


def plain(value: Any) -> Any:
    """Return `value` as JSON can hold it: ids, dates and decimals as text, tuples as lists."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    if isinstance(value, (uuid.UUID, Decimal)):
        return str(value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return int(value)  # jsonb gives 2.0 back as 2, and the hash must not change on the way
    if isinstance(value, str):
        return value.replace("\x00", "")  # jsonb has no NUL
    return value


def digest(event: Event) -> str:
    """Return the SHA-256 over the canonical JSON of the row and of the previous row's hash."""
    content = {
        "id": str(event.id),
        "name": event.name,
        "subject": [event.subject_kind, str(event.subject_id)],
        "stream": [str(event.stream_id), event.stream_seq],
        "actor": [event.actor_kind, str(event.actor_id), event.actor_label],
        "door": event.door,
        "before": event.before,
        "after": event.after,
        "data": event.data,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "prev": event.prev_hash,
    }
    text_form = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text_form.encode("utf-8", "surrogatepass")).hexdigest()


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
    """
    session = db.session
    session.flush()
    chain_id = stream_id or subject.id
    head = _locked_head(chain_id)
    event = Event(
        id=new_id(),
        name=name,
        subject_kind=subject.__tablename__,
        subject_id=subject.id,
        stream_id=chain_id,
        stream_seq=head.head_seq + 1,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label[:200],
        door=actor.door,
        before=plain(before),
        after=plain(after),
        data=plain(data),
        at=now(),
        prev_hash=head.head_hash,
    )
    event.hash = digest(event)
    head.head_seq, head.head_hash = event.stream_seq, event.hash
    session.add(event)
    session.flush()
    session.add(Outbox(event_id=event.id))
    session.flush()
    session.execute(text("SELECT pg_notify(:channel, '')"), {"channel": CHANNEL})
    return event


def _locked_head(chain_id: uuid.UUID) -> EventStream:
    session = db.session
    session.execute(
        text(
            "INSERT INTO event_streams (stream_id, head_seq, head_hash) VALUES (:id, 0, :genesis) "
            "ON CONFLICT (stream_id) DO NOTHING"
        ),
        {"id": chain_id, "genesis": GENESIS},
    )
    return session.scalars(
        sql_select(EventStream)
        .where(EventStream.stream_id == chain_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def timeline(stream_id: uuid.UUID, *, limit: int = 200) -> list[Event]:
    """Return the newest `limit` events of one chain, newest first."""
    query = sql_select(Event).where(Event.stream_id == stream_id)
    return list(db.session.scalars(query.order_by(Event.stream_seq.desc()).limit(limit)))
