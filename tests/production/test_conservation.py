"""Whatever is done in whatever order, no piece appears or is lost."""

from __future__ import annotations

import contextlib
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from app.core.actor import system
from app.core.db import db
from app.core.errors import Problem
from app.production import promises, queries, services
from app.production.family import Family
from app.production.models import Job
from tests.placed import placed_order
from tests.production.conftest import ROUTE, SHORT_ROUTE, jobs_for, open_all

ACTOR = system()
ORDERED = 12


class Floor(RuleBasedStateMachine):
    """A floor where people press any button of any job at any time."""

    route: tuple = ROUTE

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = db.session.begin_nested()
        self.order_id = placed_order([ORDERED]).id
        order = SimpleNamespace(id=self.order_id, lines=_lines(self.order_id))
        self.done = 0
        open_all(jobs_for(order, route=self.route)[0])

    def jobs(self) -> list[Job]:
        query = select(Job).where(Job.order_id == self.order_id).order_by(Job.id)
        return list(db.session.scalars(query))

    def job(self, pick: int) -> Job:
        jobs = self.jobs()
        return jobs[pick % len(jobs)]

    def step(self, pick: int, place: int):
        steps = self.job(pick).operations
        return steps[place % len(steps)]

    def press(self, verb, *args, **more) -> None:
        with contextlib.suppress(Problem), db.session.begin_nested():
            verb(*args, actor=ACTOR, **more)
            self.done += 1

    @rule(pick=st.integers(0, 5), place=st.integers(0, 2))
    def start(self, pick, place):
        self.press(services.start_operation, self.step(pick, place).id)

    @rule(pick=st.integers(0, 5), place=st.integers(0, 2), rest_good=st.booleans())
    def finish(self, pick, place, rest_good):
        self.press(services.finish_operation, self.step(pick, place).id, rest_good=rest_good)

    @rule(
        pick=st.integers(0, 5),
        place=st.integers(0, 2),
        good=st.integers(0, ORDERED + 1),
        spoiled=st.integers(0, 3),
    )
    def count(self, pick, place, good, spoiled):
        step = self.step(pick, place)
        self.press(services.count_pieces, step.id, good=good, spoiled=spoiled, cause="Bent")

    @rule(pick=st.integers(0, 5), good=st.none() | st.integers(1, ORDERED))
    def pass_quality(self, pick, good):
        self.press(services.pass_quality, self.job(pick).id, good=good)

    @rule(pick=st.integers(0, 5), spoiled=st.integers(1, 4))
    def fail_quality(self, pick, spoiled):
        self.press(services.fail_quality, self.job(pick).id, spoiled=spoiled, cause="Bent")

    @rule(pick=st.integers(0, 5), place=st.integers(0, 2))
    def skip(self, pick, place):
        self.press(services.skip_operation, self.step(pick, place).id, "No need")

    @rule(pick=st.integers(0, 5), place=st.integers(0, 2))
    def rework(self, pick, place):
        self.press(services.rework_operation, self.step(pick, place).id, "Bent")

    @rule(pick=st.integers(0, 5), first=st.integers(1, ORDERED))
    def split(self, pick, first):
        job = self.job(pick)
        self.press(services.split_job, job.id, [first, job.quantity - first])

    @rule(pick=st.integers(0, 5), quantity=st.integers(1, 5))
    def reprint(self, pick, quantity):
        self.press(services.reprint_job, self.job(pick).id, quantity, "Bent")

    @rule(pick=st.integers(0, 5), short=st.booleans())
    def end(self, pick, short):
        self.press(services.finish_job, self.job(pick).id, short_cause="Enough" if short else "")

    @rule(pick=st.integers(3, 5))
    def cancel(self, pick):
        self.press(services.cancel_job, self.job(pick).id, cause="Enough")

    @invariant()
    def pieces_are_conserved(self):
        jobs = self.jobs()
        family = Family(jobs)
        total = queries.progress(self.order_id).order
        assert total.ordered == ORDERED == total.good + total.open + total.cancelled
        assert min(total.good, total.open, total.cancelled, total.spoiled) >= 0
        for job in jobs:
            assert family.own_open(job) >= 0, job.number
            assert family.own(job).good >= 0, job.number
            if job.state in ("finished", "cancelled"):
                assert family.own_open(job) == 0, job.number
        if all(job.state in ("finished", "cancelled") for job in jobs):
            assert total.open == 0
        for ask in (promises.pieces_add_up, promises.parts_make_the_whole):
            assert list(ask()) == []

    def teardown(self):
        self.savepoint.rollback()
        db.session.expire_all()


def _lines(order_id):
    from app.orders.models import Order

    return db.session.get(Order, order_id).lines


class OneRoute(Floor):
    route = SHORT_ROUTE


class OneStep(Floor):
    route = ROUTE[:1]


@pytest.mark.parametrize("floor", [Floor, OneRoute, OneStep])
def test_pieces_are_conserved_whatever_is_pressed(session, floor):
    run_state_machine_as_test(
        floor,
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
