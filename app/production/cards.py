"""What a page shows of a job, gathered for many jobs in a constant number of queries."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.catalog.configuration import Configuration
from app.core.clock import today
from app.core.db import db
from app.core.settings import current
from app.customers.models import Customer
from app.orders.models import Order, OrderLine
from app.production.job_tree import Figures, JobInTree, JobTree, previous, read_job_tree
from app.production.models import Job, Operation
from app.production.states import (
    ENDED,
    JOB,
    OPERATION,
    SHORT,
    STEP_ENDED,
    STEP_PAUSED,
    STEP_PENDING,
    STEP_RUNNING,
)


@dataclass(frozen=True)
class StepCard:
    """One step of a job: `passed`, `spoiled` counted there, `open` and `countable` still to count."""

    id: uuid.UUID
    position: int
    name: str
    state: str
    word: str
    colour: str
    is_quality_check: bool
    is_last: bool
    work_centre_key: str
    work_centre_name: str
    instructions: str
    passed: int
    spoiled: int
    open: int
    countable: int
    counted: bool
    minutes: Decimal
    reason: str
    started_at: datetime | None
    finished_at: datetime | None
    can_start: bool

    @property
    def is_pending(self) -> bool:
        return self.state in STEP_PENDING

    @property
    def is_running(self) -> bool:
        return self.state in STEP_RUNNING

    @property
    def is_paused(self) -> bool:
        return self.state in STEP_PAUSED


@dataclass(frozen=True)
class GateCard:
    """One gate and who it waits for."""

    key: str
    is_open: bool
    waits_for: str
    cause: str

    @property
    def is_short(self) -> bool:
        """Whether there is not enough material."""
        return self.cause in SHORT


@dataclass(frozen=True)
class JobCard:
    """Everything a ticket, a station or an order page shows of one job."""

    id: uuid.UUID
    number: str
    title: str
    kind: str
    cause: str
    parent_id: uuid.UUID | None
    depth: int
    is_split: bool
    state: str
    word: str
    colour: str
    state_since: datetime
    due_on: date | None
    is_late: bool
    scheduled_on: date | None
    rush: bool
    hold_reason: str | None
    order_id: uuid.UUID
    order_number: str
    customer_id: uuid.UUID
    customer_name: str
    line_id: uuid.UUID
    artwork_slot_id: uuid.UUID | None
    configuration: Configuration
    approved_sha256: str | None
    figures: Figures
    gates: tuple[GateCard, ...]
    steps: tuple[StepCard, ...]
    source: JobInTree = field(compare=False, repr=False)

    @property
    def step(self) -> StepCard | None:
        """The step the job stands at: the one that runs, else the first that is not done.

        A quality check that sent pieces back is paused; the job then stands at the step before it.
        """
        left = [step for step in self.steps if step.state not in STEP_ENDED]
        running = [step for step in left if step.state in STEP_RUNNING]
        return next(iter(running or left), None)

    @property
    def waits_for(self) -> tuple[GateCard, ...]:
        """The gates that are still closed."""
        return tuple(gate for gate in self.gates if not gate.is_open)

    @property
    def approved_short(self) -> str:
        """The first six digits of the approved file's hash, as printed on the ticket."""
        return (self.approved_sha256 or "")[:6]


def cards(serials: Sequence[int]) -> dict[uuid.UUID, JobCard]:
    """Return job id → card for whole job trees, in five queries however many there are."""
    return cards_of(read_job_tree(serials))


def cards_of(tree: JobTree) -> dict[uuid.UUID, JobCard]:
    """Return job id → card for the jobs of the tree, in one query."""
    jobs = tree.jobs.values()
    facts = {
        row.line_id: row
        for row in db.session.execute(
            select(
                OrderLine.id.label("line_id"),
                OrderLine.artwork_slot_id,
                OrderLine.configuration,
                Order.number,
                Order.rush,
                Order.hold_reason,
                Customer.id.label("customer_id"),
                Customer.name.label("customer_name"),
            )
            .join(Order, Order.id == OrderLine.order_id)
            .join(Customer, Customer.id == Order.customer_id)
            .where(OrderLine.id.in_({job.line_id for job in jobs}))
        )
    }
    day = today(current().timezone)
    tree.holds |= {job.order_id: facts[job.line_id].hold_reason for job in jobs}
    return {job.id: _card(job, tree, facts[job.line_id], day) for job in jobs}


def _card(job: Job, tree: JobTree, facts: Any, day: date) -> JobCard:
    is_split = tree.is_split(job)
    free = not facts.hold_reason and not is_split and all(gate.is_open for gate in job.gates)
    free = free and job.state not in ENDED
    depth, parent = 0, tree.parent(job)
    while parent is not None:
        depth, parent = depth + 1, tree.parent(parent)
    return JobCard(
        id=job.id,
        number=job.number,
        title=job.title,
        kind=job.kind,
        cause=job.cause,
        parent_id=job.parent_id,
        depth=depth,
        is_split=is_split,
        state=job.state,
        word=JOB.word(job.state),
        colour=JOB.colour(job.state),
        state_since=job.state_since,
        due_on=job.due_on,
        is_late=bool(job.due_on and job.due_on < day and job.state not in ENDED),
        scheduled_on=job.scheduled_on,
        rush=facts.rush,
        hold_reason=facts.hold_reason,
        order_id=job.order_id,
        order_number=f"MR-{facts.number}",
        customer_id=facts.customer_id,
        customer_name=facts.customer_name,
        line_id=job.line_id,
        artwork_slot_id=facts.artwork_slot_id,
        configuration=facts.configuration,
        approved_sha256=job.approved_sha256,
        figures=tree.figures(job),
        gates=tuple(GateCard(g.key, g.is_open, g.waits_for, g.cause) for g in job.gates),
        steps=tuple(_step(job, step, tree, free) for step in job.operations),
        source=JobInTree(job, tree),
    )


def _step(job: Job, step: Operation, tree: JobTree, free: bool) -> StepCard:
    before, counts = previous(job, step), tree.at(step)
    return StepCard(
        id=step.id,
        position=step.position,
        name=step.name,
        state=step.state,
        word=OPERATION.word(step.state),
        colour=OPERATION.colour(step.state),
        is_quality_check=step.is_quality_check,
        is_last=step is job.operations[-1],
        work_centre_key=step.work_centre.key,
        work_centre_name=step.work_centre.name,
        instructions=step.work_centre.instructions,
        passed=counts.passed,
        spoiled=counts.spoiled,
        open=tree.open_at(job, step),
        countable=tree.countable(job, step),
        counted=step.counted,
        minutes=step.setup_minutes + step.minutes_per_unit * job.quantity,
        reason=step.reason,
        started_at=step.started_at,
        finished_at=step.finished_at,
        can_start=free
        and step.state in STEP_PENDING
        and (before is None or before.state not in STEP_PENDING),
    )
