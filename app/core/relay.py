"""The relay: hands committed events to their reactions and wakes the pages that watch them.
Commits. Several relays may run at once: rows are taken with SKIP LOCKED."""

import json
import time
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from sqlalchemy import select, text

from app.core import queue, realtime
from app.core.db import db
from app.core.deliveries import Reaction, Reactions
from app.core.events import CHANNEL, KINDS, Event, Outbox
from app.core.ids import new_id
from app.core.queue import Job
from app.core.settings import current

log = structlog.get_logger(__name__)
BATCH = 200

# Handed out, but not claimed: again after 2 s if its queue is empty (Redis was wiped, a worker was
# killed right after the pop), after 60 s in any case.
LOST = text(
    "SELECT id, queue, coalesce(enqueued_at < now() - interval '60 seconds', true) AS surely "
    "FROM event_deliveries WHERE due_at <= now() "
    "AND (state = 'pending' OR (state = 'running' AND lease_until < now())) "
    "AND (enqueued_at IS NULL OR enqueued_at < now() - interval '2 seconds') "
    "ORDER BY due_at LIMIT :batch FOR UPDATE SKIP LOCKED"
)
HANDED_OUT = text("UPDATE event_deliveries SET enqueued_at = now() WHERE id = ANY(:ids)")

# One row for each event and reaction. Times are the database's: this host's clock may be wrong.
DELIVERIES = text(
    "INSERT INTO event_deliveries (id, event_id, reaction, queue, state, attempts, fence, due_at, "
    "enqueued_at) SELECT id, event_id, reaction, queue, 'pending', 0, 0, now(), now() "
    "FROM unnest(CAST(:ids AS uuid[]), CAST(:event_ids AS uuid[]), CAST(:reactions AS text[]), "
    "CAST(:queues AS text[])) AS w (id, event_id, reaction, queue) "
    "ON CONFLICT DO NOTHING RETURNING id"
)
TAKEN = text("DELETE FROM outbox WHERE position = ANY(:positions)")


def drain(reactions: Reactions) -> int:
    """Turn up to 200 outbox rows into deliveries and hand these on; return how many rows there were."""
    session = db.session
    rows = session.execute(
        select(Outbox.position, Event.id, Event.name, Event.stream_id, Event.subject_kind)
        .join(Event, Event.id == Outbox.event_id)
        .order_by(Outbox.position)
        .limit(BATCH)
        .with_for_update(of=Outbox, skip_locked=True)
    ).all()
    if not rows:
        session.rollback()
        return 0
    wanted = [(row.id, reaction) for row in rows for reaction in reactions.get(row.name, ())]
    ids = sorted(new_id() for _ in wanted)  # in the order of the events
    by_id = {one: reaction for one, (_, reaction) in zip(ids, wanted, strict=True)}
    values = {
        "ids": ids,
        "event_ids": [event_id for event_id, _ in wanted],
        "reactions": [reaction.name for _, reaction in wanted],
        "queues": [reaction.queue for _, reaction in wanted],
    }
    made = [(one, by_id[one]) for one in session.scalars(DELIVERIES, values)]
    session.execute(TAKEN, {"positions": [row.position for row in rows]})
    session.commit()
    _carry(_jobs(made))
    realtime.publish(_ping(row) for row in rows)
    return len(rows)


def _jobs(made: list[tuple[uuid.UUID, Reaction]]) -> list[Job]:
    """Put deliveries together that one worker runs one after the other: a quarter of them at most."""
    jobs: list[Job] = []
    together: dict[Reaction, list[uuid.UUID]] = {}
    for delivery_id, reaction in made:
        if reaction.together == 1:
            jobs.append(([delivery_id], reaction.queue))
        else:
            together.setdefault(reaction, []).append(delivery_id)
    for reaction, ids in together.items():
        size = min(reaction.together, -(-len(ids) // 4))
        jobs += [(ids[at : at + size], reaction.queue) for at in range(0, len(ids), size)]
    return jobs


def _ping(event: Any) -> str:
    """Return what a watching page is told: that something changed, never what."""
    told: dict[str, Any] = {
        "stream": str(event.stream_id),
        "name": event.name,
        "kind": event.subject_kind,
    }
    kind = KINDS.get(event.name)
    return json.dumps(told | {"ends": True} if kind and kind.ends_access else told)


def sweep() -> int:
    """Hand out again what is due and was lost on the way; return how many."""
    rows = db.session.execute(LOST, {"batch": BATCH}).all()
    try:
        empty = {name for name in {row.queue for row in rows} if queue.waiting(name) == 0}
    except Exception:
        log.warning("relay.redis_unreachable")
        db.session.rollback()
        return 0
    again = [row for row in rows if row.queue in empty or row.surely]
    db.session.execute(HANDED_OUT, {"ids": [row.id for row in again]})
    db.session.commit()
    _carry([([row.id], row.queue) for row in again])
    return len(again)


def _carry(jobs: list[Job]) -> None:
    try:
        queue.carry(jobs)
    except Exception as problem:  # the rows are committed: the sweep hands them out again
        log.warning("relay.redis_unreachable", problem=str(problem), jobs=len(jobs))


def run(reactions: Reactions, stopped: Callable[[], bool]) -> None:
    """Relay until `stopped()`: woken by NOTIFY, and once a second for what is due by the clock."""
    import psycopg

    address = current().database_url.replace("postgresql+psycopg://", "postgresql://", 1)
    while not stopped():
        try:
            with psycopg.connect(address, autocommit=True) as listener:
                listener.execute(f"LISTEN {CHANNEL}")
                while not stopped():
                    is_flood = drain(reactions) == BATCH
                    sweep()  # has its turn in a flood of events too
                    db.session.remove()
                    for _ in () if is_flood else listener.notifies(timeout=1.0, stop_after=1):
                        pass
        except Exception as problem:
            log.warning("relay.pass_failed", problem=str(problem)[:500])
            time.sleep(1)
        finally:
            db.session.remove()
