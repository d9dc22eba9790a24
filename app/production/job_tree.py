"""The jobs of one line as a tree with their counted pieces: all arithmetic of quantities is here.

Every verb of this room locks the whole job tree, in primary key order, through `lock_job_tree`. So two
people at two stations, a split and a reprint can never both take the same piece.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Self

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from app.catalog.breakdown import minus
from app.core.db import db
from app.core.errors import NotFound
from app.core.translations import _
from app.orders.models import Order
from app.orders.states import ENDED_EARLY
from app.production.models import Job, Operation, QuantityEvent
from app.production.states import STEP_ENDED, STEP_SKIPPED


class Sums:
    """A row of numbers that is added number by number."""

    def __add__(self, other: Self) -> Self:
        mine, theirs = vars(self), vars(other)
        return type(self)(**{name: mine[name] + theirs[name] for name in mine})


@dataclass(frozen=True)
class Figures(Sums):
    """Pieces of a job, a line or an order. ``ordered = good + open + cancelled``, always."""

    ordered: int = 0
    good: int = 0
    spoiled: int = 0
    cancelled: int = 0

    @property
    def open(self) -> int:
        """Pieces that are still to be made."""
        return self.ordered - self.good - self.cancelled

    def as_dict(self) -> dict[str, int]:
        """Return the five numbers by name, for JSON."""
        return {**asdict(self), "open": self.open}


@dataclass(frozen=True)
class Counts(Sums):
    """Sums over quantity events of one step, or of a whole job."""

    passed: int = 0
    good: int = 0
    spoiled: int = 0
    cancelled: int = 0


def read_counts(job_ids: Iterable[uuid.UUID]) -> dict[tuple[uuid.UUID, uuid.UUID | None], Counts]:
    """Return the sums by (job, operation or None) in one query."""
    q = QuantityEvent
    sums = (func.sum(column) for column in (q.passed, q.good, q.spoiled, q.cancelled))
    query = select(q.job_id, q.operation_id, *sums).where(q.job_id.in_(list(job_ids)))
    rows = db.session.execute(query.group_by(q.job_id, q.operation_id))
    return {(row[0], row[1]): Counts(*(int(value) for value in row[2:])) for row in rows}


@dataclass(frozen=True)
class OrderNow:
    """What production asks of an order."""

    state: str
    hold_reason: str | None

    @property
    def is_ended_early(self) -> bool:
        """Whether nothing of it is made any more: it was cancelled, for example."""
        return self.state in ENDED_EARLY


class JobTree:
    """Jobs that share a serial, oldest first, with what was counted for each."""

    def __init__(self, jobs: Iterable[Job]) -> None:
        self.jobs: dict[uuid.UUID, Job] = {}
        self.below: dict[uuid.UUID | None, list[Job]] = {}
        self.orders: dict[uuid.UUID, OrderNow] = {}
        for job in jobs:
            self.add(job)
        self.reload()

    def add(self, job: Job) -> None:
        """Take in a job, below the one it was made from."""
        self.jobs[job.id] = job
        self.below.setdefault(job.parent_id, []).append(job)

    def order(self, job: Job) -> OrderNow:
        """Return how the job's order is now; asked once."""
        if job.order_id not in self.orders:
            query = select(Order.state, Order.hold_reason).where(Order.id == job.order_id)
            self.orders[job.order_id] = OrderNow(*db.session.execute(query).one())
        return self.orders[job.order_id]

    def hold_reason(self, job: Job) -> str | None:
        """Return why the job's order is on hold, None where it is not."""
        return self.order(job).hold_reason

    def children(self, job: Job) -> list[Job]:
        """Return the parts and reprints made from `job` itself."""
        return self.below.get(job.id, [])

    def descendants(self, job: Job) -> Iterator[Job]:
        """Yield everything below `job`, parents before their children."""
        for child in self.children(job):
            yield child
            yield from self.descendants(child)

    def parent(self, job: Job) -> Job | None:
        """Return the job this one was split or reprinted from."""
        return self.jobs[job.parent_id] if job.parent_id else None

    def is_split(self, job: Job) -> bool:
        """Return whether `job` is only the sum of its parts."""
        return any(child.kind == "split" for child in self.children(job))

    def own(self, job: Job) -> Counts:
        """Return what was counted on `job` itself, its children left out."""
        return self.counted.get(job.id, Counts())

    def handed_on(self, job: Job) -> int:
        """Return the pieces that children of `job` answer for."""
        return sum(child.quantity for child in self.children(job))

    def own_breakdown(self, job: Job) -> dict[str, int]:
        """Return the pieces of each variant that `job` did not hand on; empty for a product without variants."""
        left = job.breakdown
        for child in self.children(job):
            left = minus(left, child.breakdown)
        return left

    def own_open(self, job: Job) -> int:
        """Return the pieces that `job` itself still has to make."""
        own = self.own(job)
        return job.quantity - own.good - own.cancelled - self.handed_on(job)

    def figures(self, job: Job) -> Figures:
        """Return the figures of `job` with all that was split or reprinted from it."""
        total = self.own(job)
        for other in self.descendants(job):
            total += self.own(other)
        return Figures(job.quantity, total.good, total.spoiled, total.cancelled)

    def at(self, operation: Operation) -> Counts:
        """Return what was counted at one step."""
        return self.counts.get((operation.job_id, operation.id), Counts())

    def reload(self) -> None:
        """Read the counts again, after some were written."""
        self.counts = read_counts(self.jobs)
        self.counted: dict[uuid.UUID, Counts] = {}
        for key, counts in self.counts.items():
            self.counted[key[0]] = self.counted.get(key[0], Counts()) + counts


@dataclass(frozen=True)
class JobInTree:
    """A job with the tree of jobs that it is in: what the verbs of jobs work on."""

    job: Job
    tree: JobTree

    def at(self, operation: Operation) -> OperationInTree:
        """Return one of the job's operations in the tree."""
        return OperationInTree(operation, self.job, self.tree)

    @property
    def left(self) -> list[OperationInTree]:
        """The operations that are neither done nor skipped."""
        return [self.at(step) for step in self.job.operations if step.state not in STEP_ENDED]


@dataclass(frozen=True)
class OperationInTree:
    """An operation with its job and the job's tree: what the verbs of operations work on."""

    operation: Operation
    job: Job
    tree: JobTree

    @property
    def is_last(self) -> bool:
        """Whether good pieces are counted here."""
        return self.operation is self.job.operations[-1]

    @property
    def before(self) -> Operation | None:
        """The operation before, those that were skipped left out."""
        place, steps = self.operation.position, self.job.operations
        before = [s for s in steps if s.position < place and s.state not in STEP_SKIPPED]
        return before[-1] if before else None

    @property
    def counts(self) -> Counts:
        """What was counted here."""
        return self.tree.at(self.operation)

    @property
    def arrived(self) -> int:
        """The pieces that wait in front of the operation: what the one before let pass."""
        if self.before is None:
            return self.open
        return self.tree.at(self.before).passed - self.counts.passed - self.counts.spoiled

    @property
    def left_here(self) -> int:
        """The pieces that passed the operation and that the next one has not counted yet."""
        later = [s for s in self.job.operations if s.position > self.operation.position]
        after = next((s for s in later if s.state not in STEP_SKIPPED), None)
        gone = self.tree.at(after) if after else Counts()
        return self.counts.passed - gone.passed - gone.spoiled

    @property
    def open(self) -> int:
        """The pieces that the operation still has to let pass, those spoiled later included."""
        job, tree = self.job, self.tree
        if self.is_last:
            return tree.own_open(job)
        wanted = job.quantity - tree.own(job).cancelled - tree.handed_on(job)
        later = [s for s in job.operations if s.position > self.operation.position]
        found_bad = tree.counts.get((job.id, None), Counts()).spoiled
        lost = sum(tree.at(step).spoiled for step in later) + found_bad
        return max(0, wanted - self.counts.passed + lost)

    @property
    def countable(self) -> int:
        """How many pieces may be counted here now, good and spoiled together."""
        return max(0, min(self.arrived, self.open))


def read_job_tree(serials: Iterable[int] | Select[int]) -> JobTree:
    """Return the jobs of these serials with their operations, gates and counts, in four queries."""
    return JobTree(db.session.scalars(_jobs(serials)).all())


def lock_job_tree(job_id: uuid.UUID) -> JobInTree:
    """Lock all jobs of the tree that `job_id` is in, in primary key order, freshly read.

    The order's row is locked first, FOR SHARE: whoever cancels it or puts it on hold locks it FOR
    UPDATE, so that a step never starts while its order is being cancelled. The first job is locked before
    the others are looked for: a statement that waits for a lock does not see the children which the
    one before it made. Returns the job in its tree. Raises NotFound. The only place of this room that
    takes locks on jobs; steps and gates are guarded by their job's lock.
    """
    order = select(Order.id, Order.state, Order.hold_reason).join(Job, Job.order_id == Order.id)
    held = db.session.execute(order.where(Job.id == job_id).with_for_update(read=True, of=Order))
    now = held.one_or_none()
    serial = db.session.scalar(select(Job.serial).where(Job.id == job_id))
    if serial is None:
        raise NotFound(_("There is no such job."))
    db.session.execute(
        select(Job.id).where(Job.serial == serial, Job.kind == "first").with_for_update()
    )
    jobs = db.session.scalars(
        _jobs([serial]).with_for_update(of=Job).execution_options(populate_existing=True)
    ).all()
    tree = JobTree(jobs)
    if now is not None:
        tree.orders[now.id] = OrderNow(now.state, now.hold_reason)
    return JobInTree(tree.jobs[job_id], tree)


def lock_operation(operation_id: uuid.UUID) -> OperationInTree:
    """Lock the job tree that the step belongs to; return the step in it. Raises NotFound."""
    job_id = db.session.scalar(select(Operation.job_id).where(Operation.id == operation_id))
    if job_id is None:
        raise NotFound(_("There is no such operation."))
    found = lock_job_tree(job_id)
    return found.at(next(step for step in found.job.operations if step.id == operation_id))


def _jobs(serials: Iterable[int] | Select[int]) -> Select[Job]:
    return (
        select(Job)
        .where(Job.serial.in_(serials if isinstance(serials, Select) else set(serials)))
        .order_by(Job.id)
        .options(selectinload(Job.operations), selectinload(Job.gates))
    )
