"""The most urgent jobs, and the conditions by which pages choose among jobs."""

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import ColumnElement, exists, literal, select, union_all
from sqlalchemy.orm import aliased

from app.core.db import db
from app.orders.models import Order
from app.production.cards import JobCard, cards
from app.production.models import Job, JobGate, Operation
from app.production.states import STEP_PENDING

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
