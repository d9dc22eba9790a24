"""What waits for somebody. Each room declares its own in ``todo.py``; dashboard and sidebar read all.

A declaration is read only for people who have its permission, as only they can deal with it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from time import monotonic
from typing import Any, Literal, TypeVar

from flask import current_app, g, has_request_context, request
from sqlalchemy import ColumnElement, Select, func, literal, select, text, union_all

from app.core.db import db
from app.core.translations import _l
from app.core.web.formats import locale, zone

Rows = Select[*tuple[Any, ...]]
FRESH_S = 5.0
KEPT = "todo_counts"
MOST_KEPT = 1000
Kept = TypeVar("Kept")
NEWEST_EVENT = text("SELECT last_value FROM outbox_position_seq")
TOTAL = func.count().over().label("total")


class Urgency(IntEnum):
    """The order of the list: what failed, what blocks production, what a customer waits for."""

    FAILED = 0
    BLOCKING = 1
    CUSTOMER_WAITS = 2
    ROUTINE = 3


@dataclass(frozen=True)
class TodoItem:
    """One thing that waits: its title, facts, state (word, colour) and the page where it is done."""

    title: str
    details: tuple[str, ...]
    since: datetime | None
    badge: tuple[str, str]
    url: str
    order_id: uuid.UUID | None = None
    until: date | None = None


OPEN_IT = _l("Open")


@dataclass(frozen=True)
class Todo:
    """One kind of thing that waits for staff or for a customer.

    `query` returns the select of its rows in their order, without `where`; `item` makes one line of
    a row. `rows` replaces the query where SQL alone can't tell; it returns every row. `page` is the
    endpoint whose sidebar link counts the rows of `counted` that meet `where`.
    """

    key: str
    permission: str
    item: Callable[[Any], TodoItem]
    query: Callable[[], Rows] | None = None
    where: tuple[ColumnElement[bool], ...] = ()
    rows: Callable[[], Sequence[Any]] | None = None
    urgency: Urgency = Urgency.ROUTINE
    waits_for: Literal["staff", "customer"] = "staff"
    button: str = OPEN_IT
    icon: str = "list"
    page: str = ""
    counted: Any = None

    def find(self, limit: int) -> Found:
        """Return its first `limit` items and the number of all; kept until something happens."""
        return until_next_event((self.key, limit, locale(), zone().key), lambda: self._find(limit))

    def _find(self, limit: int) -> Found:
        if self.rows is not None:
            rows = self.rows()
            return Found(self, tuple(self.item(row) for row in rows[:limit]), len(rows))
        assert self.query is not None, self.key
        query = self.query().add_columns(TOTAL).where(*self.where).limit(limit)
        found = db.session.execute(query).all()
        total = int(found[0].total) if found else 0
        return Found(self, tuple(self.item(row) for row in found), total)


@dataclass(frozen=True)
class Found:
    """The first items of one declaration, and how many there are in all."""

    todo: Todo
    items: tuple[TodoItem, ...]
    count: int


@dataclass(frozen=True)
class Count:
    """The number beside a link of the sidebar; `is_urgent` where something among it failed."""

    number: int
    is_urgent: bool


def declared() -> tuple[Todo, ...]:
    """Return the declarations of all rooms."""
    found: tuple[Todo, ...] = current_app.extensions.get("todos", ())
    return found


def until_next_event(key: Hashable, read: Callable[[], Kept]) -> Kept:
    """Return what `read` returns, which this process asks again after the next event or 5 s.

    The newest event's place in the outbox is cheap to read. An event that is not committed yet is
    seen at the latest after that.
    """
    newest, moment = _newest_event(), monotonic()
    kept: dict[Hashable, tuple[float, Any]]
    of_event, kept = current_app.extensions.get(KEPT) or (None, {})
    if of_event != newest or len(kept) > MOST_KEPT:
        kept = {}
        current_app.extensions[KEPT] = (newest, kept)
    if key not in kept or kept[key][0] < moment:
        kept[key] = (moment + FRESH_S, read())
    found: Kept = kept[key][1]
    return found


def _newest_event() -> Any:
    """Return the place of the newest event; a page is shown as of one place."""
    if not has_request_context() or request.method != "GET":
        return db.session.scalar(NEWEST_EVENT)
    if "newest_event" not in g:
        g.newest_event = db.session.scalar(NEWEST_EVENT)
    return g.newest_event


def counts() -> dict[str, Count]:
    """Return endpoint → what waits there, for links with anything to count; one query for all."""
    return until_next_event("sidebar", _count)


def _count() -> dict[str, Count]:
    counted = [todo for todo in declared() if todo.page]
    if not counted:
        return {}
    arms = [
        select(literal(place), func.count()).select_from(todo.counted).where(*todo.where)
        for place, todo in enumerate(counted)
    ]
    found: dict[str, Count] = {}
    for place, number in db.session.execute(union_all(*arms)):
        if not number:
            continue
        todo = counted[place]
        before = found.get(todo.page, Count(0, False))
        urgent = before.is_urgent or todo.urgency is Urgency.FAILED
        found[todo.page] = Count(before.number + number, urgent)
    return found
