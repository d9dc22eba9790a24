"""The table of all writes to other systems, each with its key and outcome."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Index,
    Integer,
    Select,
    String,
    Text,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, mapped_column

from app.core.actor import Actor
from app.core.canonical import plain
from app.core.db import Model, Record, Versioned, db, get, state_column
from app.core.errors import NotFound
from app.core.events import Event, record
from app.core.ids import new_id
from app.core.outbound.adapters import KINDS, Kind
from app.core.outbound.chart import OUTBOUND
from app.core.translations import _

EVENTS = {
    "sent": "sync.sent",
    "failed": "sync.failed",
    "unknown": "sync.unknown",
    "abandoned": "sync.abandoned",
}
BOOKED = text("kind = 'accounting'")


class OutboundIntent(Versioned, Record, Model):
    """One write about a record of any table (`subject_kind`), committed with its key before
    anything is sent. `sending` means that the other side may have been asked."""

    __tablename__ = "outbound_intents"
    __table_args__ = (
        CheckConstraint("attempts >= 0", name="attempts"),
        CheckConstraint("state <> 'sent' OR outcome IS NOT NULL", name="outcome"),
        Index(None, "subject_id", "kind"),
        Index(None, "stream_id"),
        Index(None, "created_at", "id"),
        Index(
            "ix_outbound_intents_open",
            "state",
            "id",
            postgresql_where=text("state IN ('intended', 'sending', 'failed', 'unknown')"),
        ),
        Index("ix_outbound_intents_booked", "adapter_key", "sent_at", postgresql_where=BOOKED),
        # a shipment has one label, whatever the carrier
        Index(
            "uq_outbound_intents_label",
            "subject_id",
            unique=True,
            postgresql_where=text(
                "kind = 'carrier' AND state IN ('intended', 'sending', 'sent', 'unknown')"
            ),
        ),
    )

    key: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(32))
    adapter_key: Mapped[str] = mapped_column(String(40))
    subject_kind: Mapped[str] = mapped_column(String(64))
    subject_id: Mapped[uuid.UUID]
    stream_id: Mapped[uuid.UUID | None]
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    state: Mapped[str] = state_column(OUTBOUND)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    is_before_write: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """The try that is under way surely has not begun to write; only of adapters that tell when they begin."""
    outcome: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    error: Mapped[str | None] = mapped_column(Text)
    sent_at: Mapped[datetime | None]

    subject: ClassVar[Any] = None
    """The row it is about, where `locking` read it with the intent."""


def intend(
    kind: str,
    adapter_key: str,
    subject: Any,
    payload: Mapping[str, Any],
    *,
    key: str,
    stream_id: uuid.UUID | None = None,
) -> tuple[OutboundIntent, bool]:
    """Write down that `payload` is to be written about `subject`; return the row and whether it is new.

    A `key` that exists gives that row as it is. The caller records the event and commits before the write.
    """
    values = {
        "id": new_id(),
        "key": key,
        "kind": kind,
        "adapter_key": adapter_key,
        "subject_kind": subject.__tablename__,
        "subject_id": subject.id,
        "stream_id": stream_id,
        "payload": plain(dict(payload)),
        "state": OUTBOUND.initial,
        "attempts": 0,
        "is_before_write": False,
        "version_id": 1,
    }
    row = insert(OutboundIntent).values(values).on_conflict_do_nothing(index_elements=["key"])
    made = db.session.scalars(row.returning(OutboundIntent)).one_or_none()
    if made is not None:
        return made, True
    return db.session.scalars(select(OutboundIntent).where(OutboundIntent.key == key)).one(), False


def newest(subject_id: uuid.UUID, kind: str | None = None) -> OutboundIntent | None:
    """Return the newest intent about a record, of `kind` alone where it is given."""
    query = select(OutboundIntent).where(OutboundIntent.subject_id == subject_id)
    if kind is not None:
        query = query.where(OutboundIntent.kind == kind)
    return db.session.scalars(query.order_by(OutboundIntent.id.desc()).limit(1)).first()


def of_event(event: Event) -> OutboundIntent:
    """Return the intent that an event is about, its subject or its ``intent_id``; raises NotFound."""
    if event.subject_kind == OutboundIntent.__tablename__:
        return get(OutboundIntent, event.subject_id)
    return get(OutboundIntent, uuid.UUID(str((event.data or {}).get("intent_id"))))


def lock(intent_id: uuid.UUID) -> tuple[OutboundIntent, Kind]:
    """Return the intent under FOR UPDATE and its kind; the row of its subject is locked before it."""
    kind = KINDS[get(OutboundIntent, intent_id).kind]
    return lock_of_kind(kind, OutboundIntent.id == intent_id), kind


def lock_of_kind(kind: Kind, where: ColumnElement[bool]) -> OutboundIntent:
    """Return the newest intent of `kind` that meets `where`, locked after its subject; or NotFound."""
    query = locking(kind, where).order_by(None).order_by(OutboundIntent.id.desc()).limit(1)
    found = next(iter(read_locked(query)), None)
    if found is None:
        raise NotFound(_("There is no such outbound write."))
    return found


def read_locked(query: Select[Any]) -> list[OutboundIntent]:
    """Return the intents of a `locking` query, each with its `subject`."""
    rows = db.session.execute(query).all()
    for intent, *others in rows:
        intent.subject = others[0] if others else None
    return [row[0] for row in rows]


def locking(kind: Kind, where: ColumnElement[bool]) -> Select[Any]:
    """Return the query for the intents of `kind` that meet `where`; it locks subjects, then intents, by key."""
    query: Select[Any] = select(OutboundIntent).where(where, OutboundIntent.kind == kind.key)
    tables: list[Any] = [OutboundIntent]
    if kind.subject is not None:
        subject: Any = kind.subject.resolve()
        query = query.add_columns(subject).join(subject, subject.id == OutboundIntent.subject_id)
        tables.insert(0, subject)
    query = query.order_by(OutboundIntent.id).with_for_update(of=tables)
    return query.execution_options(populate_existing=True)


def follow_by_event(
    intent: OutboundIntent, result: Any, change: dict[str, Any], actor: Actor
) -> None:
    """Record what became of an intent whose subject does not change by it: one of EVENTS."""
    if result.trigger == "release":
        return
    data: dict[str, Any] = {"key": intent.key, "target": intent.adapter_key}
    data |= {"outcome": intent.outcome, "error": result.sentence}
    record(EVENTS[intent.state], intent, actor, stream_id=intent.stream_id, **change, data=data)
