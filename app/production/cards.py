"""What a page shows of a job, gathered for many jobs in a constant number of queries."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from sqlalchemy import func, select

from app.core.clock import shop_day
from app.core.db import db
from app.customers.models import Customer
from app.orders.details import work_order_details
from app.orders.models import PREFIX, Order, OrderLine
from app.production import states
from app.production.job_tree import (
    Figures,
    JobInTree,
    JobTree,
    OperationInTree,
    OrderNow,
    read_job_tree,
)
from app.production.models import JobGate
from app.production.states import JOB, OPERATION


class StepCard(OperationInTree):
    """One step of a job. It has the attributes of its operation besides."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.operation, name)

    @property
    def word(self) -> str:
        return OPERATION.word(self.operation.state)

    @property
    def colour(self) -> str:
        return OPERATION.colour(self.operation.state)

    @property
    def minutes(self) -> Decimal:
        """The minutes that are planned for all pieces of the job."""
        step = self.operation
        return step.setup_minutes + step.minutes_per_unit * self.job.quantity

    @property
    def is_pending(self) -> bool:
        return self.operation.state in states.STEP_PENDING

    @property
    def is_running(self) -> bool:
        return self.operation.state in states.STEP_RUNNING

    @property
    def is_paused(self) -> bool:
        return self.operation.state in states.STEP_PAUSED


@dataclass(frozen=True)
class JobCard(JobInTree):
    """Everything a ticket, a station or an order page shows of one job.

    It has the attributes of its job besides, and those of `facts`, which were read of its line, order
    and customer: artwork_slot_id, order_number, rush, order_hold_reason, customer_name, and the order's
    details that the work order prints.
    """

    facts: Any

    def __getattr__(self, name: str) -> Any:
        return getattr(self.job if hasattr(self.job, name) else self.facts, name)

    @cached_property
    def steps(self) -> tuple[StepCard, ...]:
        """The steps of its route."""
        return tuple(StepCard(step, self.job, self.tree) for step in self.job.operations)

    @cached_property
    def figures(self) -> Figures:
        """Its pieces, those that were split or reprinted from it included."""
        return self.tree.figures(self.job)

    @property
    def word(self) -> str:
        return JOB.word(self.job.state)

    @property
    def colour(self) -> str:
        return JOB.colour(self.job.state)

    @property
    def hold_reason(self) -> str | None:
        """Why it is on hold, by itself or with its whole order; None where it is not."""
        reason: str | None = self.job.hold_reason or self.facts.order_hold_reason
        return reason

    @property
    def is_split(self) -> bool:
        """Whether it is only the sum of its parts."""
        return self.tree.is_split(self.job)

    @property
    def depth(self) -> int:
        """How many jobs there are above it in its tree."""
        depth, parent = 0, self.tree.parent(self.job)
        while parent is not None:
            depth, parent = depth + 1, self.tree.parent(parent)
        return depth

    @property
    def is_late(self) -> bool:
        """Whether it has not ended on the day it was due."""
        due_on = self.job.due_on
        is_due = due_on is not None and due_on < shop_day()
        return is_due and self.job.state not in states.ENDED

    @property
    def step(self) -> StepCard | None:
        """The step the job stands at: the one that runs, else the first that is not done.

        A quality check that sent pieces back is paused; the job then stands at the step before it.
        """
        left = [step for step in self.steps if step.state not in states.STEP_ENDED]
        running = [step for step in left if step.is_running]
        return next(iter(running or left), None)

    @property
    def waits_for(self) -> tuple[JobGate, ...]:
        """The gates that are still closed."""
        return tuple(gate for gate in self.job.gates if not gate.is_open)

    @property
    def approved_short(self) -> str:
        """The first six digits of the approved file's hash, as printed on the ticket."""
        return (self.job.approved_sha256 or "")[:6]


def cards(serials: Sequence[int]) -> dict[uuid.UUID, JobCard]:
    """Return job id → card for whole job trees, in five queries however many there are."""
    return cards_of(read_job_tree(serials))


def cards_of(tree: JobTree) -> dict[uuid.UUID, JobCard]:
    """Return job id → card for the jobs of the tree, in one query."""
    query = (
        select(
            OrderLine.id,
            OrderLine.artwork_slot_id,
            func.concat(PREFIX, Order.number).label("order_number"),
            Order.rush,
            Order.state.label("order_state"),
            Order.hold_reason.label("order_hold_reason"),
            Customer.name.label("customer_name"),
            *(getattr(Order, name) for name, _label in work_order_details()),
        )
        .join(Order, Order.id == OrderLine.order_id)
        .join(Customer, Customer.id == Order.customer_id)
        .where(OrderLine.id.in_({job.line_id for job in tree.jobs.values()}))
    )
    facts = {row.id: row for row in db.session.execute(query)}
    for job in tree.jobs.values():
        row = facts[job.line_id]
        tree.orders[job.order_id] = OrderNow(row.order_state, row.order_hold_reason)
    return {job.id: JobCard(job, tree, facts[job.line_id]) for job in tree.jobs.values()}
