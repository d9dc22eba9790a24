"""Two people at once, on two real connections."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable

from app.core.actor import system
from app.core.db import db
from app.core.errors import Problem
from app.fulfilment.services import create_shipment
from app.production import invariants, queries, services, verbs
from app.production.models import Job
from app.production.services import tree
from tests.order_rows import placed_order
from tests.production.conftest import SHORT_ROUTE, jobs_for


def at_once(app, *verbs: Callable[[], object]) -> list[str]:
    """Run each verb in a thread of its own, all let go together; return what became of each."""
    gate, outcomes = threading.Barrier(len(verbs)), [""] * len(verbs)

    def run(place: int, verb: Callable[[], object]) -> None:
        with app.app_context():
            gate.wait(10)
            try:
                verb()
                db.session.commit()
                outcomes[place] = "done"
            except Problem as problem:
                db.session.rollback()
                outcomes[place] = problem.code
            finally:
                db.session.remove()

    threads = [
        threading.Thread(target=contextvars.Context().run, args=(run, place, verb))
        for place, verb in enumerate(verbs)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(outcomes)


def started(app) -> tuple:
    """A committed job of ten pieces whose only step runs: job, step, order and line ids."""
    with app.app_context():
        job = jobs_for(placed_order([10]), route=SHORT_ROUTE[:1], gates=())[0]
        verbs.start_operation(job.operations[0].id, actor=system())
        found = (job.id, job.operations[0].id, job.order_id, job.line_id)
        db.session.commit()
        db.session.remove()
    return found


def test_two_tablets_never_count_the_same_piece(committed):
    app = committed.app
    _, step_id, order_id, _ = started(app)

    def count() -> None:
        verbs.count_pieces(step_id, good=6, actor=system())

    assert at_once(app, count, count) == ["bad_input", "done"]
    with app.app_context():
        assert queries.progress(order_id).order.good == 6
        assert list(invariants.pieces_add_up()) == []


def test_a_reprint_and_a_count_never_take_the_same_piece(committed, monkeypatch):
    monkeypatch.setattr(tree, "_shipped", [lambda order_id, line_id: 10])
    app = committed.app
    job_id, step_id, _, _ = started(app)
    outcomes = at_once(
        app,
        lambda: verbs.count_pieces(step_id, good=10, actor=system()),
        lambda: verbs.reprint_job(job_id, 4, "Bent", actor=system()),
    )
    assert outcomes == ["bad_input", "done"]
    with app.app_context():
        assert list(invariants.pieces_add_up()) == []


def test_a_double_click_on_one_entry_counts_once(committed):
    app = committed.app
    _, step_id, order_id, _ = started(app)

    def count() -> None:
        verbs.count_pieces(step_id, good=4, entry_key="tablet-7:1", actor=system())

    assert at_once(app, count, count) == ["done", "done"]
    with app.app_context():
        assert queries.progress(order_id).order.good == 4


def test_two_workers_make_the_jobs_of_an_order_once(committed):
    app = committed.app
    with app.app_context():
        order = placed_order([10])
        order_id, line = order.id, order.lines[0]
        wanted = services.LineToMake(line.id, line.product_name, 10, SHORT_ROUTE)
        db.session.commit()
        db.session.remove()

    def create() -> None:
        services.create_jobs_for_order(order_id, [wanted], actor=system())

    assert at_once(app, create, create) == ["done", "done"]
    with app.app_context():
        assert db.session.query(Job).filter_by(order_id=order_id).count() == 1


def test_two_packers_never_pack_the_same_piece(committed):
    app = committed.app
    _, _, order_id, line_id = started(app)

    def create() -> None:
        create_shipment(order_id, {line_id: 6}, good_by_line={line_id: 10}, actor=system())

    assert at_once(app, create, create) == ["bad_input", "done"]
