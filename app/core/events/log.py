"""The event log: one append-only row per change, chained by hash for each order.

`record` is called by services inside the transaction of the change; the relay hands the row on once it
is committed.
"""

import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from app.core import seals
from app.core.actor import Actor
from app.core.canonical import moment_text, plain, readable, sha256_of
from app.core.clock import now
from app.core.db import AppendOnly, Model, db
from app.core.events.kinds import checked
from app.core.events.personal import ERASED, PEOPLE, EventPersonal, Sealer, is_seal, revealed
from app.core.ids import new_id

GENESIS = "0" * 64
Sealed = dict[str, Any] | None
CHANNEL = "makeready_outbox"
TOGETHER = "events_recorded_together"
# Every change waits for these, so they are few and plain.
LOCK_HEADS = text(
    "SELECT stream_id, head_seq, head_hash FROM event_streams "
    "WHERE stream_id = ANY(:stream_ids) ORDER BY stream_id FOR UPDATE"
)
MAKE_HEADS = text(
    "INSERT INTO event_streams (stream_id, head_seq, head_hash) "
    "SELECT stream_id, 0, :genesis FROM unnest(CAST(:stream_ids AS uuid[])) AS w (stream_id) "
    "ON CONFLICT (stream_id) DO NOTHING"
)
APPENDED = text(
    "WITH head AS (UPDATE event_streams s SET head_seq = w.seq, head_hash = w.hash "
    "FROM unnest(CAST(:stream_ids AS uuid[]), CAST(:seqs AS bigint[]), CAST(:hashes AS text[])) "
    "AS w (stream_id, seq, hash) WHERE s.stream_id = w.stream_id), "
    "queued AS (INSERT INTO outbox (event_id) SELECT w.event_id "
    "FROM unnest(CAST(:event_ids AS uuid[])) WITH ORDINALITY AS w (event_id, place) ORDER BY place), "
    "personal AS (INSERT INTO event_personal (event_id, field, salt, value) "
    "SELECT p.event_id, p.field, p.salt, p.value FROM jsonb_to_recordset(CAST(:personal AS jsonb)) "
    "AS p(event_id uuid, field text, salt text, value jsonb)) "
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
    sealed_actor_label: Mapped[str] = mapped_column("actor_label", String(200))
    door: Mapped[str] = mapped_column(String(16))
    sealed_before: Mapped[Sealed] = mapped_column("before", JSONB(none_as_null=True))
    sealed_after: Mapped[Sealed] = mapped_column("after", JSONB(none_as_null=True))
    sealed_data: Mapped[Sealed] = mapped_column("data", JSONB(none_as_null=True))
    seals: Mapped[dict[str, dict[str, str]] | None] = mapped_column(JSONB(none_as_null=True))
    at: Mapped[datetime]
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    former_hash: Mapped[str | None] = mapped_column(String(64))

    personal: Mapped[list[EventPersonal]] = relationship(
        primaryjoin=lambda: foreign(EventPersonal.event_id) == Event.id,
        lazy="selectin",
        viewonly=True,
    )

    @property
    def actor_label(self) -> str:
        """Who did it; of a person whose data was erased that it was."""
        if not is_seal(self.sealed_actor_label):
            return self.sealed_actor_label
        return str(next((row.value for row in self.personal if row.field == "actor"), ERASED))

    @property
    def before(self) -> Sealed:
        """The changed fields as they were, personal values among them."""
        return revealed("before", self.sealed_before, self.personal)

    @property
    def after(self) -> Sealed:
        """The changed fields as they are since, personal values among them."""
        return revealed("after", self.sealed_after, self.personal)

    @property
    def data(self) -> Sealed:
        """What the event says besides, personal values among them."""
        return revealed("data", self.sealed_data, self.personal)


class Outbox(Model):
    """Events that the relay has not yet handed on. Removed by it; the event itself stays."""

    __tablename__ = "outbox"

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=True)
    event_id: Mapped[uuid.UUID] = mapped_column(unique=True)


#: An event that waits for its number, its subject, and the personal values beside it.
Recorded = tuple[Event, Any, list[dict[str, Any]]]


def hashed_content(event: Any) -> dict[str, Any]:
    """Return what the hash of an event, or of its row, is taken over: its columns and the hash before."""
    sealed = "sealed_" if isinstance(event, Event) else ""
    names = ("before", "after", "data", "actor_label")
    before, after, data, label = (getattr(event, sealed + name) for name in names)
    content: dict[str, Any] = {
        "id": str(event.id),
        "name": event.name,
        "subject": [event.subject_kind, str(event.subject_id)],
        "stream": [str(event.stream_id), event.stream_seq],
        "actor": [event.actor_kind, str(event.actor_id), label],
        "door": event.door,
        "before": before,
        "after": after,
        "data": data,
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

    `stream_id` is the order's id, by default the subject's `order_id`, else its own id. Locks the
    chain's head until the transaction ends; queues the row for the relay and wakes it at commit. Seals
    the rows written once since the last event: their hashes are part of it. Raises ValueError for a
    name that no room declares, or a payload that doesn't fit it.
    """
    sealer, label = Sealer(name), readable(actor.label)[:200]
    event = Event(
        id=new_id(),
        name=name,
        subject_kind=subject.__tablename__,
        stream_id=stream_id or getattr(subject, "order_id", None),
        actor_kind=actor.kind,
        actor_id=actor.id,
        sealed_actor_label=sealer.value("actor", label) if actor.kind in PEOPLE else label,
        door=actor.door,
        sealed_before=sealer.side("before", plain(before)),
        sealed_after=sealer.side("after", plain(after)),
        sealed_data=sealer.side("data", plain(checked(name, data))),
    )
    waiting: list[Recorded] | None = db.session().info.get(TOGETHER)
    if waiting is None:
        _append([(event, subject, sealer.rows)])
    else:
        waiting.append((event, subject, sealer.rows))
    return event


def record_change(
    name: str,
    row: Any,
    actor: Actor,
    given: Mapping[str, Any],
    *,
    stream_id: uuid.UUID | None = None,
) -> None:
    """Set what of `given` differs from the row (None: stays) and record `name` with both values of
    it. Records nothing where nothing differs."""
    before = {key: getattr(row, key) for key in given}
    after = {key: value for key, value in given.items() if value not in (None, before[key])}
    for key, value in after.items():
        setattr(row, key, value)
    if after:
        former = {key: before[key] for key in after}
        record(name, row, actor, stream_id=stream_id, before=former, after=after)


@contextmanager
def recorded_together() -> Iterator[None]:
    """Append what is recorded inside at the end with a few statements: until then it has no number and no hash.
    Locks the chains' heads in key order."""
    info = db.session().info
    waiting: list[Recorded] = []
    info[TOGETHER] = waiting
    try:
        yield
    finally:
        del info[TOGETHER]
    if waiting:
        _append(waiting)


def _append(events: list[Recorded]) -> None:
    session = db.session
    session.flush()
    for event, subject, _ in events:
        event.subject_id = subject.id
        event.stream_id = event.stream_id or subject.id
    events[0][0].seals = seals.take()
    heads = _locked_heads({event.stream_id for event, _, _ in events})
    for event, _, _ in events:
        seq, event.prev_hash = heads[event.stream_id]
        event.stream_seq, event.at = seq + 1, now()
        event.hash = digest(event)
        heads[event.stream_id] = (event.stream_seq, event.hash)
    session.add_all([event for event, _, _ in events])
    session.flush()
    personal = [{"event_id": str(e.id), **row} for e, _, rows in events for row in rows]
    session.execute(
        APPENDED,
        {
            "stream_ids": list(heads),
            "seqs": [seq for seq, _ in heads.values()],
            "hashes": [digested for _, digested in heads.values()],
            "event_ids": [event.id for event, _, _ in events],
            "personal": json.dumps(personal),
            "channel": CHANNEL,
        },
    )


def _locked_heads(chain_ids: set[uuid.UUID]) -> dict[uuid.UUID, tuple[int, str]]:
    """Lock the chains' heads and return their numbers and hashes; the first time they are made."""
    wanted = sorted(chain_ids)
    rows = db.session.execute(LOCK_HEADS, {"stream_ids": wanted}).all()
    if len(rows) < len(wanted):
        db.session.execute(MAKE_HEADS, {"stream_ids": wanted, "genesis": GENESIS})
        rows = db.session.execute(LOCK_HEADS, {"stream_ids": wanted}).all()
    return {row.stream_id: (row.head_seq, row.head_hash) for row in rows}


def timeline(stream_id: uuid.UUID, *wanted: Any, limit: int = 200) -> list[Event]:
    """Return the newest `limit` events of one chain that meet the conditions, newest first."""
    query = select(Event).where(Event.stream_id == stream_id, *wanted)
    return list(db.session.scalars(query.order_by(Event.stream_seq.desc()).limit(limit)))
