"""The order and the customer that a row belongs to, for lists of other rooms: read once for a page."""

import uuid
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from flask import g
from markupsafe import Markup
from sqlalchemy import Select, select

from app.core.backoffice.columns import Column, ref_link
from app.core.db import db
from app.customers.models import Customer
from app.orders.models import PREFIX, Order


class OrderName(NamedTuple):
    """An order's number as people write it, and its customer's name; empty for what is no order."""

    ref: str = ""
    customer: str = ""


def with_order(order_id: Any, *columns: Any) -> Select[Any]:
    """Return the select of `columns` with the order at `order_id`: order_id, number, and name of its customer."""
    of_order = (Order.id.label("order_id"), Order.number, Customer.name)
    query = select(*columns, *of_order).join(Order, Order.id == order_id)
    return query.join(Customer, Customer.id == Order.customer_id)


def read_orders(stream_ids: Iterable[uuid.UUID | None]) -> None:
    """Read those of `stream_ids` that are orders; one query, none where all were read."""
    names: dict[uuid.UUID, OrderName] = g.setdefault("orders_of_rows", {})
    wanted = {one for one in stream_ids if one is not None and one not in names}
    if not wanted:
        return
    names |= dict.fromkeys(wanted, OrderName())
    query = select(Order.id, Order.number, Customer.name).join(Order.customer)
    for order_id, number, customer in db.session.execute(query.where(Order.id.in_(wanted))):
        names[order_id] = OrderName(f"{PREFIX}{number}", customer)


def _order_of(stream_id: uuid.UUID | None) -> OrderName:
    read_orders((stream_id,))
    found: dict[uuid.UUID | None, OrderName] = g.orders_of_rows
    return found.get(stream_id, OrderName())


def order_link(stream_id: uuid.UUID | None) -> Markup | None:
    """Return the order's number as a link to its page; None for a stream that is no order."""
    ref = _order_of(stream_id).ref
    return ref_link(ref, "order_page.page") if ref else None


def order_column(
    phone: str = "", order_id: Callable[[Any], uuid.UUID | None] = lambda row: row.stream_id
) -> Column:
    """Return the column with the order's number."""
    return Column(
        "order",
        phone=phone,
        show=lambda row: order_link(order_id(row)),
        export=lambda row: _order_of(order_id(row)).ref,
        ahead=lambda rows: read_orders(order_id(row) for row in rows),
    )


def customer_column(
    phone: str = "", order_id: Callable[[Any], uuid.UUID | None] = lambda row: row.stream_id
) -> Column:
    """Return the column with the name of the order's customer; it stands beside `order_column`."""
    return Column("customer", phone=phone, show=lambda row: _order_of(order_id(row)).customer)


def belongs_to(order_id: Any) -> Callable[[str], Any]:
    """Return a filter's condition: the row's order is of a customer whose name holds the words.

    By EXISTS, so that no row shows twice.
    """

    def condition(words: str) -> Any:
        named = Customer.name.icontains(words, autoescape=True)
        return select(Order.id).join(Order.customer).where(Order.id == order_id, named).exists()

    return condition
