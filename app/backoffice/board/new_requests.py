"""Orders without a job yet, by state: requested, estimating, quoted, placed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, exists, func, select

from app.backoffice.board.filters import BoardFilters
from app.core.db import db
from app.core.translations import _l
from app.customers.models import Customer
from app.orders.models import PREFIX, Order, OrderLine
from app.orders.states import OPEN, ORDER
from app.reports.models import OrderProgress

WORDS = {"placed": _l("Placed, no job yet")}
PER_STATE = 4


@dataclass(frozen=True)
class Column:
    """The orders of one state: how many, and the newest of them."""

    state: str
    word: str
    colour: str
    count: int
    cards: Sequence[Any]


def columns(filters: BoardFilters) -> tuple[Column, ...]:
    """Return the strip, newest first, in two queries a state.

    Filters that speak of jobs (work centre, blocked, late) leave nothing of it: then it is empty.
    """
    if filters.centre or filters.blocked or filters.late:
        return ()
    found = []
    for state in OPEN:
        wanted = [Order.state == state, *_conditions(filters)]
        if state == "placed":
            wanted.append(
                Order.id.in_(select(OrderProgress.order_id).where(~OrderProgress.has_job))
            )
        number = db.session.scalar(select(func.count()).select_from(Order).where(*wanted))
        rows = db.session.execute(_newest(state).where(*wanted)).all() if number else []
        word = WORDS.get(state, ORDER.word(state))
        found.append(Column(state, word, ORDER.colour(state), number or 0, rows))
    return tuple(found)


def _newest(state: str) -> Select[Any]:
    """Return the select of the newest orders of a state, by when they came into it."""
    first = select(OrderLine.product_name).where(OrderLine.order_id == Order.id)
    what = first.order_by(OrderLine.position).limit(1).scalar_subquery()
    since: Any = Order.updated_at
    if state == "placed":
        since = func.coalesce(Order.placed_at, Order.created_at)
    ref = func.concat(PREFIX, Order.number).label("ref")
    shown = (since.label("since"), what.label("what"), Customer.name.label("customer"))
    query = select(ref, Order.rush, *shown).join(Customer, Customer.id == Order.customer_id)
    return query.order_by(since.desc(), Order.id.desc()).limit(PER_STATE)


def _conditions(filters: BoardFilters) -> list[Any]:
    wanted: list[Any] = []
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
