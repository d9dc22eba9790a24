"""The relay: hands committed events to their reactions and wakes the pages that watch them.

Several relays may run at once: rows are taken with SKIP LOCKED. A door: this module commits.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert

from app.core import queue, realtime
from app.core.db import db
from app.core.deliveries import Delivery, Reactions
from app.core.events import CHANNEL, Event, Outbox
from app.core.ids import new_id
from app.core.settings import current

log = structlog.get_logger(__name__)
BATCH = 200

# Handed out, but not claimed: again after 2 s if its queue is empty (Redis was wiped, a worker was
# killed right after the pop), after 60 s in any case.
LOST = text(
    "SELECT id, queue, coalesce(enqueued_at < now() - interval '60 seconds', true) AS surely "
    "FROM event_deliveries "
    "WHERE due_at <= now() AND ((state = 'pending' AND "
    "(enqueued_at IS NULL OR enqueued_at < now() - interval '2 seconds')) "
    "OR (state = 'running' AND lease_until < now() "
    "AND (enqueued_at IS NULL OR enqueued_at < now() - interval '2 seconds'))) "
    "ORDER BY due_at LIMIT :batch FOR UPDATE SKIP LOCKED"
)


def drain(reactions: Reactions) -> int:
    """Turn up to 200 outbox rows into deliveries and hand these on; return how many rows there were."""
    session = db.session
    rows = session.execute(
        select(Outbox, Event)
        .join(Event, Event.id == Outbox.event_id)
        .order_by(Outbox.position)
        .limit(BATCH)
        .with_for_update(of=Outbox, skip_locked=True)
    ).all()
    if not rows:
        session.rollback()
        return 0
    moment = func.now()  # the database's clock alone: this host's may be wrong
    made: list[tuple[uuid.UUID, str]] = []
    pings: list[Event] = []
    for waiting, event in rows:
        pings.append(event)
        for reaction in reactions.get(event.name, ()):
            values = {
                "id": new_id(),
                "event_id": event.id,
                "reaction": reaction.name,
                "queue": reaction.queue,
                "state": "pending",
                "attempts": 0,
                "fence": 0,
                "due_at": moment,
                "enqueued_at": moment,
            }
            found = session.execute(
                insert(Delivery).values(values).on_conflict_do_nothing().returning(Delivery.id)
            ).scalar_one_or_none()
            if found is not None:
                made.append((found, reaction.queue))
        session.delete(waiting)
    messages = [ping(event) for event in pings]
    session.commit()
    _carry(made)
    realtime.publish(messages)
    return len(rows)


def ping(event: Event) -> str:
    """Return what a watching page is told: that something changed, never what."""
    return json.dumps(
        {"stream": str(event.stream_id), "name": event.name, "kind": event.subject_kind}
    )


def sweep() -> int:
    """Hand out again what is due and was lost on the way; return how many."""
    rows = db.session.execute(LOST, {"batch": BATCH}).all()
    empty: dict[str, bool] = {}
    for name in {row.queue for row in rows}:
        try:
            empty[name] = queue.waiting(name) == 0
        except Exception:
            log.warning("relay.redis_unreachable")
            db.session.rollback()
            return 0
    again = [(row.id, row.queue) for row in rows if empty[row.queue] or row.surely]
    if again:
        db.session.execute(
            text("UPDATE event_deliveries SET enqueued_at = now() WHERE id = ANY(:ids)"),
            {"ids": [delivery_id for delivery_id, _ in again]},
        )
    db.session.commit()
    _carry(again)
    return len(again)


def _carry(deliveries: list[tuple[uuid.UUID, str]]) -> None:
    try:
        queue.carry(deliveries)
    except Exception as problem:  # the rows are committed: the sweep hands them out again
        log.warning("relay.redis_unreachable", problem=str(problem), deliveries=len(deliveries))


def run(reactions: Reactions, stopped: Callable[[], bool]) -> None:
    """Relay until `stopped()`: woken by NOTIFY, and once a second for what is due by the clock."""
    import psycopg

    address = current().database_url.replace("postgresql+psycopg://", "postgresql://", 1)
    listener: Any = None
    while not stopped():
        try:
            if listener is None or listener.closed:
                listener = psycopg.connect(address, autocommit=True)
                listener.execute(f"LISTEN {CHANNEL}")
            full = drain(reactions) == BATCH
            sweep()
            if full:
                continue  # a flood of events must not keep the sweep waiting
            for _ in listener.notifies(timeout=1.0, stop_after=1):
                pass
        except Exception as problem:
            log.warning("relay.pass_failed", problem=str(problem)[:500])
            db.session.rollback()
            if listener is not None:
                listener.close()
            listener = None
            _pause(stopped)
        finally:
            db.session.remove()
    if listener is not None:
        listener.close()


def _pause(stopped: Callable[[], bool]) -> None:
    import time

    for _ in range(10):
        if stopped():
            return
        time.sleep(0.1)
