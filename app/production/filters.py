"""Which jobs a page shows, and in which order: the conditions that the board's queries share."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import aliased

from app.core.db import db
from app.customers.models import Customer
from app.orders.models import Order
from app.production.models import Job, JobGate, Operation, WorkCentre
from app.production.states import STEP_ENDED


@dataclass(frozen=True)
class Filters:
    """What the board shows. `states` empty means all lanes; dates bound the due date."""

    states: tuple[str, ...] = ()
    due_from: date | None = None
    due_to: date | None = None
    customer_id: uuid.UUID | None = None
    product: str = ""
    work_centre: str = ""
    text: str = ""
    blocked_only: bool = False
    rush_only: bool = False


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
        before.state == "pending",
    )


def urgency() -> tuple[ColumnElement[Any], ...]:
    """Rush first, then by due date, then the older job."""
    return (Order.rush.desc(), Job.due_on.asc().nulls_last(), Job.serial.asc(), Job.id.asc())


def joined(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return query.join(Order, Order.id == Job.order_id).join(
        Customer, Customer.id == Order.customer_id
    )


def ids(conditions: list[ColumnElement[bool]], limit: int) -> list[tuple[uuid.UUID, int]]:
    query = joined(select(Job.id, Job.serial)).where(*conditions)
    rows = db.session.execute(query.order_by(*urgency()).limit(limit))
    return [(row[0], row[1]) for row in rows]


def conditions(filters: Filters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.due_from:
        found.append(Job.due_on >= filters.due_from)
    if filters.due_to:
        found.append(Job.due_on <= filters.due_to)
    if filters.customer_id:
        found.append(Order.customer_id == filters.customer_id)
    if filters.product:
        found.append(Job.title.icontains(filters.product, autoescape=True))
    if filters.work_centre:
        at = select(Operation.job_id).join(WorkCentre).where(WorkCentre.key == filters.work_centre)
        found.append(Job.id.in_(at.where(Operation.state.not_in(STEP_ENDED))))
    if filters.text:
        said = filters.text.strip()
        number = func.concat("MR-", Order.number)
        columns = (Job.title, Customer.name, Job.number, number)
        like = [column.icontains(said, autoescape=True) for column in columns]
        found.append(like[0] | like[1] | like[2] | like[3])
    if filters.blocked_only:
        closed = exists().where(JobGate.job_id == Job.id, ~JobGate.is_open)
        found.append(closed | Order.hold_reason.is_not(None))
    if filters.rush_only:
        found.append(Order.rush.is_(True))
    return found
