"""Whatever is done in whatever order, no piece appears or is lost."""

from __future__ import annotations

import contextlib
from collections import Counter
from random import Random
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from app.core.actor import system
from app.core.db import db
from app.core.errors import Problem
from app.production import invariants, queries, verbs
from app.production.job_tree import JobTree
from app.production.models import Job, Operation
from app.production.states import ENDED
from tests.order_rows import placed_order
from tests.production.conftest import ROUTE, SHORT_ROUTE, jobs_for, open_all

ACTOR = system()
ORDERED = 12
PICK = st.integers(0, 7)
PRESSED: Counter[str] = Counter()


class Floor(RuleBasedStateMachine):
    """A floor where people press any button of any job at any time."""

    route: tuple = ROUTE

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = db.session.begin_nested()
        self.order_id = placed_order([ORDERED]).id
        order = SimpleNamespace(id=self.order_id, lines=_lines(self.order_id))
        open_all(jobs_for(order, route=self.route)[0])

    def jobs(self) -> list[Job]:
        query = select(Job).where(Job.order_id == self.order_id).order_by(Job.id)
        return list(db.session.scalars(query))

    def living(self) -> list[Job]:
        return [job for job in self.jobs() if job.state not in ENDED]

    def steps(self, *states: str) -> list[Operation]:
        """Steps in these states of jobs that have not ended; all of them where there is none."""
        steps = [step for job in self.living() for step in job.operations]
        return [step for step in steps if step.state in states] or steps

    def press(self, verb, among, pick: int, *args, **more) -> None:
        """Press `verb` for one of `among`; a refusal changes nothing."""
        if not among:
            return
        with contextlib.suppress(Problem), db.session.begin_nested():
            verb(among[pick % len(among)].id, *args, actor=ACTOR, **more)
            PRESSED[verb.key] += 1

    @rule(pick=PICK)
    def start(self, pick):
        self.press(verbs.start_operation, self.steps("pending"), pick)

    @rule(pick=PICK, rest_good=st.booleans())
    def finish(self, pick, rest_good):
        steps = self.steps("running", "paused")
        self.press(verbs.finish_operation, steps, pick, rest_good=rest_good)

    @rule(pick=PICK, good=st.integers(0, 6), spoiled=st.integers(0, 3))
    def count(self, pick, good, spoiled):
        running = self.steps("running")
        self.press(verbs.count_pieces, running, pick, good=good, spoiled=spoiled, cause="Bent")

    @rule(pick=PICK, good=st.none() | st.integers(1, ORDERED))
    def pass_quality(self, pick, good):
        checked = [job for job in self.living() if job.state == "quality_check"]
        self.press(verbs.pass_quality, checked, pick, good=good)

    @rule(pick=PICK, spoiled=st.integers(1, 4))
    def fail_quality(self, pick, spoiled):
        checked = [job for job in self.living() if job.state == "quality_check"]
        self.press(verbs.fail_quality, checked, pick, spoiled=spoiled, cause="Bent")

    @rule(pick=PICK)
    def skip(self, pick):
        self.press(verbs.skip_operation, self.steps("pending"), pick, "No need")

    @rule(pick=PICK)
    def rework(self, pick):
        self.press(verbs.rework_operation, self.steps("done"), pick, "Bent")

    @rule(pick=PICK, first=st.integers(1, ORDERED - 1))
    def split(self, pick, first):
        waiting = [job for job in self.living() if job.state == "ready" and job.quantity > 1]
        if waiting:
            whole = waiting[pick % len(waiting)].quantity
            part = first % whole or 1
            self.press(verbs.split_job, waiting, pick, [part, whole - part])

    @rule(pick=PICK, quantity=st.integers(1, 4))
    def reprint(self, pick, quantity):
        begun = [job for job in self.jobs() if job.state not in ("new", "ready", "cancelled")]
        self.press(verbs.reprint_job, begun, pick, quantity, "Bent")

    @precondition(lambda self: len(self.jobs()) > 2)
    @rule(pick=PICK, short=st.booleans())
    def end(self, pick, short):
        cause = "Enough" if short else ""
        self.press(verbs.finish_short, self.living(), pick, cause=cause)

    @precondition(lambda self: len(self.jobs()) > 3)
    @rule(pick=PICK)
    def cancel(self, pick):
        self.press(verbs.cancel_job, self.living()[::-1], pick, cause="Enough")

    @invariant()
    def pieces_are_conserved(self):
        jobs, tree = self.jobs(), JobTree(self.jobs())
        total = queries.progress(self.order_id).order
        assert total.ordered == ORDERED == total.good + total.open + total.cancelled
        assert min(total.good, total.open, total.cancelled, total.spoiled) >= 0
        for job in jobs:
            assert tree.own_open(job) >= 0, job.number
            assert tree.own(job).good >= 0, job.number
            if job.state in ENDED:
                assert tree.own_open(job) == 0, job.number
        if all(job.state in ENDED for job in jobs):
            assert total.open == 0
        for ask in (invariants.pieces_add_up, invariants.parts_make_the_whole):
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


FLOORS = [Floor, OneRoute, OneStep]


@pytest.mark.parametrize("floor", FLOORS)
def test_pieces_are_conserved_whatever_is_pressed(session, floor):
    run_state_machine_as_test(
        floor,
        settings=settings(
            max_examples=5,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.extended
@pytest.mark.parametrize("floor", FLOORS)
@pytest.mark.parametrize("seed", [2, 3])
def test_pieces_are_conserved_through_a_long_day(session, floor, seed):
    PRESSED.clear()
    chance, day = Random(seed), floor()
    for _ in range(60):
        if not day.living():
            day = floor()
        pick, few, flag = chance.randrange(8), chance.randint(1, 4), chance.random() < 0.5
        buttons = [
            *[(day.start, {"pick": pick})] * 4,
            *[(day.count, {"pick": pick, "good": few, "spoiled": few % 3})] * 5,
            *[(day.finish, {"pick": pick, "rest_good": flag})] * 4,
            *[(day.pass_quality, {"pick": pick, "good": few if flag else None})] * 2,
            (day.fail_quality, {"pick": pick, "spoiled": few}),
            (day.skip, {"pick": pick}),
            (day.rework, {"pick": pick}),
            (day.reprint, {"pick": pick, "quantity": few}),
        ]
        if chance.random() < 0.1:
            buttons = [(day.split, {"pick": pick, "first": few})]
            if len(day.living()) > 2:
                buttons += [(day.end, {"pick": pick, "short": flag}), (day.cancel, {"pick": pick})]
        button, given = chance.choice(buttons)
        button(**given)
        day.pieces_are_conserved()
    assert PRESSED["start_operation"] > 0 and PRESSED["count_pieces"] > 0
    assert sum(PRESSED.values()) > 8
