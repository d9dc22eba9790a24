"""Orders without a job yet, by state: requested, estimating, quoted, placed."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, exists, func, select

from app.backoffice.board.filters import BoardFilters
from app.core.db import db
from app.customers.models import Customer
from app.orders.models import PREFIX, Order, OrderLine
from app.orders.states import OPEN, ORDER
from app.production.models import Job

WORDS = {"placed": "Placed, no job yet"}
PER_STATE = 4


@dataclass(frozen=True)
class Card:
    """One order of the strip."""

    id: uuid.UUID
    ref: str
    what: str
    customer: str
    since: datetime
    rush: bool
    wanted_on: date | None


@dataclass(frozen=True)
class Column:
    """The orders of one state: how many, and the newest of them."""

    state: str
    word: str
    colour: str
    count: int
    cards: tuple[Card, ...]


def columns(filters: BoardFilters) -> tuple[Column, ...]:
    """Return the strip, newest first, in one query.

    Filters that speak of jobs (work centre, blocked, late) leave nothing of it: then it is empty.
    """
    if filters.centre or filters.blocked or filters.late:
        return ()
    first = select(OrderLine.product_name).where(OrderLine.order_id == Order.id)
    what = first.order_by(OrderLine.position).limit(1).scalar_subquery()
    since = case((Order.state == "placed", Order.placed_at), else_=Order.updated_at)
    newest = (func.coalesce(since, Order.created_at).desc(), Order.id.desc())
    place = func.row_number().over(partition_by=Order.state, order_by=newest)
    found = (
        select(
            Order.id,
            Order.number,
            Order.state,
            Order.rush,
            Order.wanted_on,
            Order.promised_on,
            func.coalesce(since, Order.created_at).label("since"),
            what.label("what"),
            Customer.name.label("customer"),
            place.label("place"),
            func.count().over(partition_by=Order.state).label("total"),
        )
        .join(Customer, Customer.id == Order.customer_id)
        .where(*_conditions(filters))
        .subquery()
    )
    rows = db.session.execute(
        select(found).where(found.c.place <= PER_STATE).order_by(found.c.state, found.c.place)
    ).all()
    return tuple(_column(state, [row for row in rows if row.state == state]) for state in OPEN)


def _conditions(filters: BoardFilters) -> list[Any]:
    has_job = exists().where(Job.order_id == Order.id)
    wanted: list[Any] = [Order.state.in_(OPEN), (Order.state != "placed") | ~has_job]
    due_on = func.coalesce(Order.promised_on, Order.wanted_on)
    if filters.customer:
        wanted.append(Order.customer_id == filters.customer)
    if filters.rush:
        wanted.append(Order.rush.is_(True))
    if filters.due_from:
        wanted.append(due_on >= filters.due_from)
    if filters.due_to:
        wanted.append(due_on <= filters.due_to)
    if filters.product:
        named = OrderLine.product_name.icontains(filters.product, autoescape=True)
        wanted.append(exists().where(OrderLine.order_id == Order.id, named))
    return wanted


def _column(state: str, rows: list[Any]) -> Column:
    cards = tuple(
        Card(
            row.id,
            f"{PREFIX}{row.number}",
            row.what or "No line",
            row.customer,
            row.since,
            row.rush,
            row.promised_on or row.wanted_on,
        )
        for row in rows
    )
    word = WORDS.get(state, ORDER.word(state))
    return Column(state, word, ORDER.colour(state), rows[0].total if rows else 0, cards)
