"""Orders are found by number, customer, contact, products and note."""

from typing import Any

from flask import url_for
from sqlalchemy import select

from app.core.search import Hit, Searchable, Words
from app.core.translations import _, _l
from app.customers.models import Contact, Customer
from app.orders.details import searched_columns
from app.orders.models import PREFIX, Order, OrderLine
from app.orders.states import ORDER


def _rows() -> Any:
    what = select(OrderLine.product_name).where(OrderLine.order_id == Order.id)
    first = what.order_by(OrderLine.position).limit(1).scalar_subquery()
    query = select(Order.id, Order.number, Order.state, Customer.name, first.label("what"))
    return query.join(Customer, Customer.id == Order.customer_id)


def _hit(row: Any) -> Hit:
    ref = f"{PREFIX}{row.number}"
    return Hit(
        ref, f"{row.what or _('No items')} · {row.name}", url_for("order_page.page", ref=ref),
        ORDER.badge(row.state), (ref,), True,
    )  # fmt: skip


Searchable(
    "order",
    Order,
    (
        *(Words(column) for column in searched_columns()),
        Words(Customer.name, of=Order.customer_id),
        Words(Contact.name, of=Order.contact_id),
        Words(Contact.email, of=Order.contact_id, permission="customer.view"),
        Words(OrderLine.product_name, of=OrderLine.order_id),
        Words(OrderLine.sku, of=OrderLine.order_id),
    ),
    number=Order.number,
    prefix="MR",
    name=_l("Orders"),
    icon="order",
    permission="order.view",
    rows=_rows,
    hit=_hit,
)
