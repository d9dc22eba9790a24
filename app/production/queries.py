"""What pages ask production: progress, the most urgent jobs. Reads only, each in a constant number of queries."""

import re
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, case, exists, func, literal, select, union_all
from sqlalchemy.orm import aliased

from app.core.db import db, get
from app.core.errors import BadInput, NotFound
from app.core.translations import _
from app.orders.models import Order
from app.production.cards import JobCard, cards, cards_of
from app.production.job_tree import Figures, read_job_tree
from app.production.models import Job, JobGate, Operation, QuantityEvent, WorkOrder
from app.production.states import CANCELLED, ENDED, NOT_RELEASED, STEP_PENDING

SCANNED = re.compile(r"\s*(?:[Jj]\s*-?\s*)?(\d{1,9})((?:-\d{1,6}|[Rr]\d{0,6})*)\s*")


@dataclass(frozen=True)
class Progress:
    """The pieces of an order: by line id, all zero where a line has no job yet; and of all lines together."""

    lines: defaultdict[uuid.UUID, Figures]
    order: Figures


def job_card(job_id: uuid.UUID) -> JobCard:
    """Return the card of one job; raise NotFound where there is none."""
    return cards([get(Job, job_id).serial])[job_id]


def jobs_of_order(order_id: uuid.UUID) -> tuple[JobCard, ...]:
    """Return the cards of all jobs of an order as a tree: each parent before its children."""
    serials = select(Job.serial).where(Job.order_id == order_id)
    return parents_first(cards_of(read_job_tree(serials)).values())


def parents_first(built: Collection[JobCard]) -> tuple[JobCard, ...]:
    """Return the cards as a tree: each parent before its children."""
    ordered: list[JobCard] = []

    def add(parent_id: uuid.UUID | None) -> None:
        for card in built:
            if card.parent_id == parent_id:
                ordered.append(card)
                add(card.id)

    add(None)
    return tuple(ordered)


def find_by_barcode(code: str) -> Job:
    """Return the job whose number was scanned or typed: ``J-2291``, ``j2291``, ``2291-2R``.

    Raises BadInput where it is no job number, NotFound where there is no such job.
    """
    match = SCANNED.fullmatch(code)
    if match is None:
        raise BadInput(
            _("This is not a job number."),
            next_step=_("Scan the ticket again, or type the number after J-."),
            field="code",
        )
    serial, suffix = int(match[1]), match[2].upper()
    query = select(Job).where(Job.serial == serial, Job.suffix == suffix)
    job = db.session.scalars(query).one_or_none() if serial < 2**31 else None
    if job is None:
        raise NotFound(
            _("There is no job J-%(serial)s%(suffix)s.", serial=serial, suffix=suffix),
            next_step=_("Check the ticket."),
        )
    return job


def progress(order_id: uuid.UUID) -> Progress:
    """Return the pieces of each line and of the order, summed from quantity events.

    Splits and reprints count within the job they came from.
    """
    q = QuantityEvent
    sums = [func.coalesce(func.sum(column), 0) for column in (q.good, q.spoiled, q.cancelled)]
    ordered = case((Job.parent_id.is_(None), Job.quantity), else_=0)
    query = select(Job.line_id, ordered, *sums).outerjoin(q, q.job_id == Job.id)
    rows = db.session.execute(query.where(Job.order_id == order_id).group_by(Job.id))
    return _summed((line_id, Figures(*map(int, figures))) for line_id, *figures in rows)


def progress_of(cards: Iterable[JobCard]) -> Progress:
    """Return the same from the cards of all jobs of the order."""
    found = []
    for card in cards:
        own, ordered = card.tree.own(card.job), 0 if card.parent_id else card.quantity
        found.append((card.line_id, Figures(ordered, own.good, own.spoiled, own.cancelled)))
    return _summed(found)


def _summed(jobs: Iterable[tuple[uuid.UUID, Figures]]) -> Progress:
    lines: defaultdict[uuid.UUID, Figures] = defaultdict(Figures)
    for line_id, figures in jobs:
        lines[line_id] += figures
    return Progress(lines, sum(lines.values(), Figures()))


def good_by_line(order_id: uuid.UUID) -> dict[uuid.UUID, int]:
    """Return line id → good pieces, for the one who packs."""
    return {line_id: figures.good for line_id, figures in progress(order_id).lines.items()}


def is_made(order_id: uuid.UUID) -> bool:
    """Return whether the order has jobs and all of them have ended."""
    states = set(db.session.scalars(select(Job.state).where(Job.order_id == order_id)))
    return bool(states) and states <= ENDED


def work_started(order_id: uuid.UUID) -> bool:
    """Return whether a step of any job of the order was ever started."""
    begun = exists().where(Operation.job_id == Job.id, Operation.started_at.is_not(None))
    return db.session.scalar(select(begun.where(Job.order_id == order_id))) or False


def is_released(order_id: uuid.UUID) -> bool:
    """Return whether any job of the order may be made: all its gates opened, or work began."""
    may_be_made = Job.state.not_in(NOT_RELEASED | CANCELLED)
    released = exists().where(Job.order_id == order_id, may_be_made)
    return db.session.scalar(select(released)) or work_started(order_id)


def work_orders(job_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, WorkOrder]:
    """Return job id → its newest work order, where it has one."""
    query = select(WorkOrder).where(WorkOrder.job_id.in_(job_ids)).order_by(WorkOrder.version)
    return {row.job_id: row for row in db.session.scalars(query)}


HAS_CLOSED_GATE = exists().where(JobGate.job_id == Job.id, ~JobGate.is_open)
#: The job or its order is on hold; a query that asks joins the order.
IS_HELD = Job.hold_reason.is_not(None) | Order.hold_reason.is_not(None)


def is_split() -> ColumnElement[bool]:
    """The job is only the sum of its parts."""
    child = aliased(Job)
    return exists().where(child.parent_id == Job.id, child.kind == "split")


def nothing_pending_before() -> ColumnElement[bool]:
    """No step before this operation still waits to begin."""
    before = aliased(Operation)
    return ~exists().where(
        before.job_id == Operation.job_id,
        before.position < Operation.position,
        before.state.in_(STEP_PENDING),
    )


def most_urgent(
    groups: Mapping[str, list[ColumnElement[bool]]], limit: int, gathered: Collection[str] = ()
) -> dict[str, tuple[JobCard, ...]]:
    """Return the cards of the `limit` most urgent jobs of each group, by its name. Six queries.

    Rush first, then by due date, then the older job. Rush orders are few and asked for apart: the
    rest comes in the order of an index, so that no more jobs are read than are returned. Those
    `gathered` are few among many of their state: they are sorted by what no index gives.
    """
    arms = []
    for name, wanted in groups.items():
        due_on = Job.due_on + 0 if name in gathered else Job.due_on
        by_date = (due_on.asc().nulls_last(), Job.serial.asc(), Job.id.asc())
        for rush in (True, False):
            place = literal(not rush).label("place")
            query = select(literal(name).label("name"), place, Job.due_on, Job.serial, Job.id)
            query = query.join(Order, Order.id == Job.order_id)
            query = query.where(Order.rush if rush else ~Order.rush, *wanted)
            arms.append(select(query.order_by(*by_date).limit(limit).subquery()))
    rows = list(db.session.execute(union_all(*arms))) if arms else []
    rows.sort(
        key=lambda row: (row.place, row.due_on is None, row.due_on or date.min, row.serial, row.id)
    )
    urgent = [row for name in groups for row in [r for r in rows if r.name == name][:limit]]
    built = cards([row.serial for row in urgent])
    return {name: tuple(built[r.id] for r in urgent if r.name == name) for name in groups}
