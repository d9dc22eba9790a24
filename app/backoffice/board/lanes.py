"""The lanes of the job board: which jobs they show, and how many they hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, func, literal, select, union_all

from app.backoffice.board.filters import BoardFilters
from app.core.backoffice.todo import until_next_event
from app.core.clock import now, shop_day
from app.core.db import db
from app.orders.models import Order
from app.production.cards import JobCard
from app.production.models import Job, Operation, WorkCentre
from app.production.queries import HAS_CLOSED_GATE, IS_HELD, is_split, most_urgent
from app.production.states import ENDED, FINISHED, LANES, STEP_ENDED

FINISHED_DAYS = 2


@dataclass(frozen=True)
class Lane:
    """One column of the board; `count` and `pieces` are of all its jobs, `cards` the first of them."""

    state: str
    count: int
    pieces: int
    cards: tuple[JobCard, ...]


def read(filters: BoardFilters, *, per_lane: int = 50) -> tuple[Lane, ...]:
    """Return the lanes, rush first, then by due date; finished jobs of the last days only.

    A job that was split is left out: its parts stand on the board. Seven queries at most.
    """
    only_open = filters.late or filters.blocked
    shared = [*_conditions(filters), ~is_split()]
    lanes = {
        state: [*shared, Job.state == state]
        for state in LANES
        if not (only_open and state in ENDED)
    }
    since = now() - timedelta(days=FINISHED_DAYS)
    for state in FINISHED & lanes.keys():
        lanes[state].append(Job.state_since >= since)
    totals = until_next_event(("board", filters), lambda: _totals(filters, lanes))
    urgent = most_urgent(lanes, per_lane, gathered=FINISHED)
    return tuple(Lane(state, *totals.get(state, (0, 0)), urgent[state]) for state in lanes)


def _conditions(filters: BoardFilters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.due_from:
        found.append(Job.due_on >= filters.due_from)
    if filters.due_to:
        found.append(Job.due_on <= filters.due_to)
    if filters.late:
        found.append(Job.due_on < shop_day())
    if filters.customer:
        found.append(Order.customer_id == filters.customer)
    if filters.product:
        found.append(Job.title.icontains(filters.product, autoescape=True))
    if filters.centre:
        at = select(Operation.job_id).join(WorkCentre).where(WorkCentre.key == filters.centre)
        found.append(Job.id.in_(at.where(Operation.state.not_in(STEP_ENDED))))
    if filters.blocked:
        found.append(HAS_CLOSED_GATE | IS_HELD)
    if filters.rush:
        found.append(Order.rush.is_(True))
    return found


def _totals(
    filters: BoardFilters, lanes: Mapping[str, list[ColumnElement[bool]]]
) -> dict[str, tuple[int, int]]:
    """Return lane → jobs and pieces; the order is read where a filter looks at it. One query."""
    arms = []
    for state, wanted in lanes.items():
        pieces = func.coalesce(func.sum(Job.quantity), 0)
        query = select(literal(state), func.count(), pieces).select_from(Job)
        if filters.customer or filters.blocked or filters.rush:
            query = query.join(Order, Order.id == Job.order_id)
        arms.append(query.where(*wanted))
    return {row[0]: (int(row[1]), int(row[2])) for row in db.session.execute(union_all(*arms))}
