"""Deliveries: one row per event and reaction, with a lease and a fencing token.

Redis carries ids alone. Whoever runs a delivery claims its row first, so a job that comes twice has one
effect; one that never comes is handed out again.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, Record, db
from app.core.events import Event

QUEUES = ("events", "files", "uploads", "outbound")
MAX_ATTEMPTS = 8
PURGED_AT_ONCE = 5000
PURGE = text(
    "DELETE FROM event_deliveries WHERE id IN (SELECT id FROM event_deliveries WHERE state = 'done' "
    "AND updated_at < now() - make_interval(days => :days) LIMIT :most) RETURNING id"
)
LABELS: dict[str, str] = {}


@dataclass(frozen=True)
class Reaction:
    """One "then" of "when this, then that". `name` is stored and never reused; `label` is what staff read.

    Either `do(event)`, in one transaction with the delivery's done mark, or slow work in three steps:
    `load(event)` reads (or claims) in a short transaction and returns None where nothing is to be done;
    `act(loaded)` works with no transaction open; `save(event, loaded, result)` writes with the done mark.

    When a step raised, the delivery is put back, and in that same transaction `released(event,
    problem)` gives back what `load` claimed, or `failed(event, problem)` where it won't be tried again.
    A worker that was killed calls neither: `load` then meets its own claim. A `load` that raises `Later`
    lets others go first.

    `together`: how many short deliveries one job runs; `batch(claims)` runs them and returns those it
    settled, each with its fault or None.
    """

    name: str
    queue: str = "events"
    together: int = 1
    do: Callable[[Event], None] | None = None
    load: Callable[[Event], Any] | None = None
    act: Callable[[Any], Any] | None = None
    save: Callable[[Event, Any, Any], None] | None = None
    released: Callable[[Event, BaseException], None] | None = None
    failed: Callable[[Event, BaseException], None] | None = None
    batch: Callable[[Sequence[Claim]], dict[Claim, Exception | None]] | None = None
    label: str = ""

    def __post_init__(self) -> None:
        if self.label:
            LABELS[self.name] = self.label


def reaction_label(name: str) -> str:
    """Return a reaction's label, also of one that is not in the table any more."""
    return LABELS.get(name) or name.replace("_", " ").replace(".", " ").capitalize()


Reactions = Mapping[str, Sequence[Reaction]]


class Delivery(Record, Model):
    """What became of one event at one reaction."""

    __tablename__ = "event_deliveries"
    __table_args__ = (
        UniqueConstraint("event_id", "reaction"),
        CheckConstraint("state IN ('pending', 'running', 'done', 'dead')", name="state"),
        Index(
            "ix_event_deliveries_open",
            "state",
            "due_at",
            postgresql_where=text("state IN ('pending', 'running')"),
        ),
        Index("ix_event_deliveries_dead", "id", postgresql_where=text("state = 'dead'")),
        Index("ix_event_deliveries_done", "updated_at", postgresql_where=text("state = 'done'")),
    )

    event_id: Mapped[uuid.UUID]  # without a foreign key: see docs/decisions/events-by-month.md
    reaction: Mapped[str] = mapped_column(String(64))
    queue: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(16), default="pending")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    fence: Mapped[int] = mapped_column(Integer, default=0)
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    enqueued_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)


class LostLease(Exception):
    """Another worker took the delivery over; this one's work is thrown away."""


class Later(Exception):
    """Raised by `load` before it wrote anything: not now. The delivery waits `wait_s` seconds, and this was
    no attempt. It goes back in the transaction of `load`, whose locks hold until then."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(wait_s)
        self.wait_s = wait_s


@dataclass(frozen=True)
class Claim:
    """The right to run one delivery until the lease ends."""

    delivery_id: uuid.UUID
    event_id: uuid.UUID
    reaction: str
    attempts: int
    fence: int


CLAIM = text(
    "UPDATE event_deliveries SET state = 'running', fence = fence + 1, "
    "attempts = attempts + 1, lease_until = now() + make_interval(secs => :lease), "
    "updated_at = now() WHERE id = ANY(:ids) AND (state = 'pending' "
    "OR (state = 'running' AND lease_until < now())) "
    "RETURNING id, event_id, reaction, attempts, fence"
)
RENEW = text(
    "UPDATE event_deliveries SET lease_until = now() + make_interval(secs => :lease) "
    "WHERE id = :id AND fence = :fence AND state = 'running' RETURNING id"
)


def claim(delivery_id: uuid.UUID, lease_s: int) -> Claim | None:
    """Take the delivery for `lease_s` seconds; None where it is done, dead or another's. Commit after."""
    return next(iter(claim_all([delivery_id], lease_s)), None)


def claim_all(delivery_ids: Sequence[uuid.UUID], lease_s: int) -> list[Claim]:
    """Take those of the deliveries that are free for `lease_s` seconds. Commit after."""
    rows = db.session.execute(CLAIM, {"ids": list(delivery_ids), "lease": lease_s})
    return [Claim(*row) for row in rows]


def renew(held: Claim, lease_s: int) -> bool:
    """Lengthen the lease; False where it was lost. Commit after."""
    values = {"id": held.delivery_id, "fence": held.fence, "lease": lease_s}
    return db.session.scalar(RENEW, values) is not None


def lock_claimed(held: Claim) -> Delivery:
    """Lock the delivery's row for the transaction of the effect; raise LostLease if it isn't ours."""
    row = db.session.get(Delivery, held.delivery_id, with_for_update=True, populate_existing=True)
    if row is None or row.fence != held.fence or row.state != "running":
        raise LostLease(str(held.delivery_id))
    return row


def purge_done(days: int) -> int:
    """Remove deliveries that were done more than `days` ago; return how many. Commits every few thousand."""
    removed = 0
    while rows := db.session.execute(PURGE, {"days": days, "most": PURGED_AT_ONCE}).all():
        db.session.commit()
        removed += len(rows)
    return removed


def delay(attempts: int) -> timedelta:
    """Return how long to wait after failure number `attempts`: 1 s, 4 s, 16 s … at most 10 min."""
    return timedelta(seconds=min(4 ** max(0, attempts - 1), 600))
