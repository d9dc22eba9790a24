"""Paging by key: each page begins where the last one ended, so page 19,000 costs what page 1 costs.

Rows are ordered by one column and the primary key. A page's address holds the direction, the column
it was ordered by and both values of the row at its edge.
"""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import and_, or_, tuple_

from app.core.canonical import plain
from app.core.errors import NotFound
from app.core.translations import _


@dataclass(frozen=True)
class Order:
    """How a list is ordered: a name for it, the column, the primary key, and the direction.
    `column` may be the key itself (None): UUIDv7 keys are in the order of making."""

    name: str
    column: Any
    key: Any
    descending: bool
    value_of: Callable[[Any], Any]
    key_of: Callable[[Any], Any]
    nullable: bool = True


@dataclass(frozen=True)
class Edge:
    """Where a page begins: after (or before) the row with this value and this key."""

    before: bool
    value: Any
    key: Any


@dataclass(frozen=True)
class Page:
    """One page: its rows, and the address parts of the pages on both sides (None: no more)."""

    rows: Sequence[Any]
    newer: str | None
    older: str | None


def pack(order: Order, row: Any, *, before: bool) -> str:
    """Return the address part of the page that ends before, or begins after, `row`."""
    value = None if order.column is None else plain(order.value_of(row))
    body = json.dumps([int(before), _order_name(order), value, plain(order.key_of(row))])
    return base64.urlsafe_b64encode(body.encode()).decode().rstrip("=")


def unpack(text: str | None, order: Order) -> Edge | None:
    """Return the edge that an address names, None for the first page. Raises NotFound for anything
    that this list, in this order, did not write itself."""
    if not text:
        return None
    try:
        padded = text + "=" * (-len(text) % 4)
        before, name, value, key = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        if name != _order_name(order) or before not in (0, 1):
            raise ValueError("another order")
        if order.column is not None:
            value = parse(value, order.column)
        return Edge(bool(before), value, parse(key, order.key))
    except (ValueError, TypeError, KeyError, RecursionError) as problem:
        raise NotFound(
            _("This list has no such page."), next_step=_("Go back to the first page.")
        ) from problem


def _order_name(order: Order) -> str:
    return f"{order.name}{'-' if order.descending else ''}"


def parse(value: Any, column: Any) -> Any:
    """Return the JSON `value` as the Python type of `column`; raise ValueError where it is none."""
    try:
        kind = column.type.python_type
    except NotImplementedError:
        kind = str
    return TypeAdapter(kind | None).validate_python(value)


def beyond(order: Order, edge: Edge) -> Any:
    """Return the condition for rows on the far side of `edge`. Missing values come last."""
    down = order.descending != edge.before
    key_side = order.key < edge.key if down else order.key > edge.key
    if order.column is None:
        return key_side
    column = order.column
    if not order.nullable:
        here, there = tuple_(column, order.key), tuple_(edge.value, edge.key)
        return here < there if down else here > there
    if edge.value is None:
        rest = and_(column.is_(None), key_side)
        return or_(column.is_not(None), rest) if edge.before else rest
    side = column < edge.value if down else column > edge.value
    same = and_(column == edge.value, key_side)
    # missing values stand at the end: they are beyond every value on the way there
    return or_(side, same) if edge.before else or_(side, same, column.is_(None))


def ordering(order: Order, *, backwards: bool) -> list[Any]:
    """Return the ORDER BY of the list, or of the list read from its end."""
    down = order.descending != backwards
    key = order.key.desc() if down else order.key.asc()
    if order.column is None:
        return [key]
    column = order.column.desc() if down else order.column.asc()
    if not order.nullable:
        return [column, key]
    return [column.nulls_first() if backwards else column.nulls_last(), key]


def fetch(query: Any, order: Order, at: str | None, size: int) -> Page:
    """Return the page of `query` that the address part `at` names, with at most `size` rows.

    Reads one row more than it shows, to know whether there is a next page. Raises NotFound for an
    address that is none.
    """
    edge = unpack(at, order)
    backwards = edge is not None and edge.before
    if edge is not None:
        query = query.filter(beyond(order, edge))
    query = query.order_by(None).order_by(*ordering(order, backwards=backwards))
    rows = list(query.limit(size + 1).all())
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
    has_newer = more if backwards else edge is not None
    has_older = True if backwards else more
    return Page(
        rows=rows,
        newer=pack(order, rows[0], before=True) if rows and has_newer else None,
        older=pack(order, rows[-1], before=False) if rows and has_older else None,
    )
