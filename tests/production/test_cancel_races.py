"""Two people decide about one order at once, on real connections: it ends in one of the two."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from app.core.actor import system
from app.core.db import db
from app.orders import verbs as order_verbs
from app.orders.models import Order
from app.production import verbs
from app.production.models import Job, Operation
from tests.order_rows import placed_order
from tests.production.conftest import SHORT_ROUTE, jobs_for
from tests.production.test_races import at_once

pytestmark = pytest.mark.extended
TIMES = 12
BOSS = system("cli")


def a_job(app: Any, *, running: bool = False) -> tuple[uuid.UUID, uuid.UUID, uuid.UUID]:
    """A committed job of ten pieces: ids of order, job and first step."""
    with app.app_context():
        job = jobs_for(placed_order([10]), route=SHORT_ROUTE[:1], gates=())[0]
        if running:
            verbs.start_operation(job.operations[0].id, actor=BOSS)
        found = (job.order_id, job.id, job.operations[0].id)
        db.session.commit()
        db.session.remove()
    return found


def look(app: Any, row: type[Any], row_id: uuid.UUID) -> Any:
    with app.app_context():
        found = db.session.get_one(row, row_id)
        state = found.state
        started = getattr(found, "started_at", None)
        db.session.remove()
    return state, started


def test_cancelling_while_a_station_starts_ends_in_one_of_the_two(committed: Any) -> None:
    app = committed.app
    seen = set()
    for _ in range(TIMES):
        order_id, _job, step_id = a_job(app)
        outcomes = at_once(
            app,
            lambda order_id=order_id: order_verbs.cancel(order_id, "Moved.", actor=BOSS),
            lambda step_id=step_id: verbs.start_operation(step_id, actor=BOSS),
        )
        assert outcomes == ["done", "wrong_state"]
        ended = look(app, Order, order_id)[0] == "cancelled"
        assert ended == (look(app, Operation, step_id)[1] is None)
        seen.add(ended)
    assert seen  # either may win


def test_a_started_step_waits_for_the_cancellation_that_came_first(committed: Any) -> None:
    """The order's lock decides, also where the cancellation is slow."""
    app = committed.app
    order_id, _job, step_id = a_job(app)
    with committed.engine.connect() as slow, slow.begin():
        slow.execute(sa.text("SELECT 1 FROM orders WHERE id = :id FOR UPDATE"), {"id": order_id})
        slow.execute(
            sa.text("UPDATE orders SET state = 'cancelled' WHERE id = :id"), {"id": order_id}
        )
        started = at_once_begun(app, lambda: verbs.start_operation(step_id, actor=BOSS))
        wait_for_lock(committed.engine)
    assert started() == ["wrong_state"]
    assert look(app, Operation, step_id)[1] is None


def at_once_begun(app: Any, verb: Callable[[], object]) -> Callable[[], list[str]]:
    import threading

    found: list[list[str]] = []
    thread = threading.Thread(target=lambda: found.append(at_once(app, verb)))
    thread.start()

    def joined() -> list[str]:
        thread.join(30)
        return found[0]

    return joined


def wait_for_lock(engine: sa.Engine) -> None:
    from tests.waiting import eventually

    waiting = sa.text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        eventually(lambda: connection.scalar(waiting))


PAIRS: list[tuple[str, Callable[..., Any], Callable[..., Any], bool]] = [
    (
        "hold or start",
        lambda order, job, step: order_verbs.hold(order, "A question.", actor=BOSS),
        lambda order, job, step: verbs.start_operation(step, actor=BOSS),
        False,
    ),
    (
        "split or start",
        lambda order, job, step: verbs.split_job(job, [4, 6], actor=BOSS),
        lambda order, job, step: verbs.start_operation(step, actor=BOSS),
        False,
    ),
    (
        "cancel the order or split its job",
        lambda order, job, step: order_verbs.cancel(order, "Moved.", actor=BOSS),
        lambda order, job, step: verbs.split_job(job, [4, 6], actor=BOSS),
        False,
    ),
    (
        "cancel the job or reprint it",
        lambda order, job, step: verbs.cancel_job(job, "Wrong paper", actor=BOSS),
        lambda order, job, step: verbs.reprint_job(job, 3, "Bent", actor=BOSS),
        True,
    ),
    (
        "pay or cancel",
        lambda order, job, step: order_verbs.confirm_payment(order, "", actor=BOSS),
        lambda order, job, step: order_verbs.cancel(order, "Moved.", actor=BOSS),
        False,
    ),
]


@pytest.mark.parametrize(
    ("one", "other", "running"), [pair[1:] for pair in PAIRS], ids=[p[0] for p in PAIRS]
)
def test_two_at_once_end_as_one_after_the_other(
    committed: Any, one: Callable[..., Any], other: Callable[..., Any], running: bool
) -> None:
    """Whatever order they came in, at least one was done, and none fell over the other."""
    app = committed.app
    for _ in range(4):
        ids = a_job(app, running=running)
        outcomes = at_once(app, lambda ids=ids: one(*ids), lambda ids=ids: other(*ids))
        assert "done" in outcomes
        assert set(outcomes) <= {"done", "wrong_state", "already_done", "bad_input"}
        order, (_state, started) = look(app, Order, ids[0])[0], look(app, Operation, ids[2])
        assert not (order == "cancelled" and started)
        with app.app_context():
            job = db.session.get_one(Job, ids[1])
            assert job.state in {"new", "ready", "running", "cancelled", "finished"}
            db.session.remove()
