"""The kinds of things that are searched: for each one query, its rows as hits, and exact matches.

A text condition is ILIKE on one column each, joined by UNION, so that each can use an index of
its own. Wildcards that were typed are escaped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import func, or_, select, true, union

from app.artwork.models import ArtworkSlot, ArtworkVersion
from app.artwork.states import ARTWORK
from app.backoffice.search_terms import Terms
from app.catalog.models import Product
from app.core.db import db
from app.customers.models import Contact, Customer
from app.fulfilment.models import Shipment
from app.fulfilment.states import SHIPMENT
from app.orders.models import PREFIX, Order, OrderLine
from app.orders.states import ORDER
from app.production.models import Job
from app.production.states import JOB
from app.stock.models import StockItem

SHOWN = 10
LARGEST = 2**31 - 1


@dataclass(frozen=True)
class Hit:
    """One result: its number or name, the line under it, its state, and where it leads."""

    title: str
    sub: str
    url: str
    badge: tuple[str, str] | None = None
    is_exact: bool = False
    is_ref: bool = False


@dataclass(frozen=True)
class Kind:
    """One group of results, for those who hold `permission`."""

    name: str
    icon: str
    permission: str
    query: Callable[[Terms], Any]
    make: Callable[[Any, Terms], Hit]


@dataclass(frozen=True)
class Group:
    """The hits of one kind; `has_more` where there are more than are shown."""

    name: str
    icon: str
    hits: Sequence[Hit]
    has_more: bool


def look(kind: Kind, terms: Terms) -> Group:
    """Return the hits of one kind in one query, exact ones first."""
    rows = db.session.execute(kind.query(terms).limit(SHOWN + 1)).all()
    hits = [kind.make(row, terms) for row in rows[:SHOWN]]
    hits.sort(key=lambda hit: not hit.is_exact)
    return Group(kind.name, kind.icon, hits, len(rows) > SHOWN)


def _like(column: Any, terms: Terms) -> Any:
    return column.icontains(terms.text, autoescape=True)


def _any_of(key: Any, *parts: Any) -> Any:
    """Return ``key IN (part UNION part …)``: parts are selects of one id column."""
    return key.in_(union(*parts).subquery().select())


def _starts(column: Any, number: int | None) -> Any:
    """Rows whose number begins with the digits typed; none where no number was typed.

    Asked as ranges, 103, 1030 to 1039, 10300 to 10399 and so on, which the number's index answers.
    """
    if not number:
        return ~true()
    widths = [10**zeros for zeros in range(10) if number * 10**zeros <= LARGEST]
    ends = [(number * width, min((number + 1) * width - 1, LARGEST)) for width in widths]
    return or_(*(column.between(first, last) for first, last in ends))


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


# -- orders ---------------------------------------------------------------------------------------
def _orders(terms: Terms) -> Any:
    found = [select(Order.id).where(_starts(Order.number, terms.number_for("MR")))]
    if not terms.prefix:
        found += [
            select(Order.id).join(Customer).where(_like(Customer.name, terms)),
            select(Order.id).join(Contact).where(_like(Contact.email, terms)),
            select(Order.id).join(Contact).where(_like(Contact.name, terms)),
            select(OrderLine.order_id).where(_like(OrderLine.product_name, terms)),
            select(OrderLine.order_id).where(_like(OrderLine.sku, terms)),
        ]
    what = (
        select(OrderLine.product_name)
        .where(OrderLine.order_id == Order.id)
        .order_by(OrderLine.position)
        .limit(1)
        .scalar_subquery()
    )
    exact = Order.number == (terms.number_for("MR") or -1)
    query = select(Order.number, Order.state, Customer.name, what.label("what"))
    query = query.join(Customer, Customer.id == Order.customer_id)
    return query.where(_any_of(Order.id, *found)).order_by(exact.desc(), Order.number.desc())


def _order(row: Any, terms: Terms) -> Hit:
    ref = f"{PREFIX}{row.number}"
    return Hit(
        ref, f"{row.what or 'No line'} · {row.name}", url_for("order_page.page", ref=ref),
        (ORDER.word(row.state), ORDER.colour(row.state)),
        row.number == terms.number_for("MR"), True,
    )  # fmt: skip


# -- jobs -----------------------------------------------------------------------------------------
def _jobs(terms: Terms) -> Any:
    number = terms.number_for("J")
    begins = _starts(Job.serial, number)
    if terms.suffix:
        begins = (Job.serial == number) & Job.suffix.startswith(terms.suffix, autoescape=True)
    found = [select(Job.id).where(begins if number else ~true())]
    if not terms.prefix:
        found.append(select(Job.id).where(_like(Job.title, terms)))
    query = select(Job.serial, Job.suffix, Job.title, Job.state, Order.number, Customer.name)
    query = query.join(Order, Order.id == Job.order_id)
    query = query.join(Customer, Customer.id == Order.customer_id)
    exact = (Job.serial == (number or -1)) & (Job.suffix == terms.suffix)
    latest = (exact.desc(), Job.serial.desc(), Job.suffix)
    return query.where(_any_of(Job.id, *found)).order_by(*latest)


def _job(row: Any, terms: Terms) -> Hit:
    number = f"J-{row.serial}{row.suffix}"
    exact = (row.serial, row.suffix) == (terms.number_for("J"), terms.suffix)
    return Hit(
        number, f"{row.title} · {PREFIX}{row.number} · {row.name}",
        url_for("job_page.page", number=number),
        (JOB.word(row.state), JOB.colour(row.state)), exact, True,
    )  # fmt: skip


# -- shipments ------------------------------------------------------------------------------------
def _shipments(terms: Terms) -> Any:
    found = [select(Shipment.id).where(_starts(Shipment.number, terms.number_for("S")))]
    if not terms.prefix or terms.prefix == "S":
        found.append(select(Shipment.id).where(_like(Shipment.tracking_number, terms)))
    query = select(
        Shipment.number.label("own"), Shipment.state, Shipment.tracking_number, Order.number,
        Customer.name,
    )  # fmt: skip
    query = query.join(Order, Order.id == Shipment.order_id)
    query = query.join(Customer, Customer.id == Order.customer_id)
    exact = Shipment.number == (terms.number_for("S") or -1)
    return query.where(_any_of(Shipment.id, *found)).order_by(exact.desc(), Shipment.number.desc())


def _shipment(row: Any, terms: Terms) -> Hit:
    ref = f"S-{row.own}"
    parts = [row.tracking_number, f"{PREFIX}{row.number}", row.name]
    exact = row.own == terms.number_for("S") or _same(row.tracking_number or "", terms.text)
    return Hit(
        ref, " · ".join(part for part in parts if part), url_for("shipment_page.page", ref=ref),
        (SHIPMENT.word(row.state), SHIPMENT.colour(row.state)), exact, True,
    )  # fmt: skip


# -- customers ------------------------------------------------------------------------------------
def _customers(terms: Terms) -> Any:
    number = terms.number_for("C")
    found = [
        select(Customer.id).where(_like(Customer.name, terms)),
        select(Contact.customer_id).where(_like(Contact.name, terms)),
        select(Contact.customer_id).where(_like(Contact.email, terms)),
        select(Customer.id).where(Customer.number == number if number else ~true()),
    ]
    contact = (
        select(func.concat(Contact.name, " · ", Contact.email))
        .where(Contact.customer_id == Customer.id)
        .order_by(_like(Contact.email, terms).desc(), Contact.created_at)
        .limit(1)
        .scalar_subquery()
    )
    query = select(Customer.id, Customer.number, Customer.name, contact.label("contact"))
    return query.where(_any_of(Customer.id, *found)).order_by(Customer.name, Customer.id)


def _customer(row: Any, terms: Terms) -> Hit:
    url = url_for("customers.details_view", id=row.id)
    parts = [f"C-{row.number}", row.contact]
    exact = terms.prefix == "C" and row.number == terms.number
    return Hit(row.name, " · ".join(part for part in parts if part), url, None, exact)


# -- products, stock, files -----------------------------------------------------------------------
def _products(terms: Terms) -> Any:
    found = [
        select(Product.id).where(_like(Product.sku, terms)),
        select(Product.id).where(_like(Product.name, terms)),
    ]
    return select(Product).where(_any_of(Product.id, *found)).order_by(Product.name, Product.id)


def _product(row: Any, terms: Terms) -> Hit:
    product: Product = row[0]
    badge = None if product.active else ("Not offered", "done")
    url = url_for("products.details_view", id=product.id)
    return Hit(product.name, product.sku, url, badge, _same(product.sku, terms.text))


def _items(terms: Terms) -> Any:
    found = [
        select(StockItem.id).where(_like(StockItem.sku, terms)),
        select(StockItem.id).where(_like(StockItem.name, terms)),
    ]
    query = select(StockItem.id, StockItem.sku, StockItem.name)
    return query.where(_any_of(StockItem.id, *found)).order_by(StockItem.sku)


def _item(row: Any, terms: Terms) -> Hit:
    url = url_for("stock_items.details_view", id=row.id)
    return Hit(row.name, row.sku, url, None, _same(row.sku, terms.text))


def _files(terms: Terms) -> Any:
    query = select(
        ArtworkVersion.file_name, ArtworkVersion.number.label("version"), ArtworkSlot.id,
        ArtworkSlot.label, ArtworkSlot.state, Order.number, Customer.name,
    )  # fmt: skip
    query = query.join(ArtworkSlot, ArtworkSlot.id == ArtworkVersion.slot_id)
    query = query.join(Order, Order.id == ArtworkSlot.stream_id)
    query = query.join(Customer, Customer.id == Order.customer_id)
    return query.where(_like(ArtworkVersion.file_name, terms)).order_by(ArtworkVersion.id.desc())


def _file(row: Any, terms: Terms) -> Hit:
    sub = f"Version {row.version} of {row.label} · {PREFIX}{row.number} · {row.name}"
    url = url_for("artwork.page", ref=row.id, version=row.version)
    return Hit(row.file_name, sub, url, (ARTWORK.word(row.state), ARTWORK.colour(row.state)))


KINDS = (
    Kind("Orders", "order", "order.view", _orders, _order),
    Kind("Jobs", "ticket", "job.view", _jobs, _job),
    Kind("Shipments", "truck", "shipment.view", _shipments, _shipment),
    Kind("Customers", "people", "customer.view", _customers, _customer),
    Kind("Products", "tag", "catalog.view", _products, _product),
    Kind("Stock", "boxes", "stock.view", _items, _item),
    Kind("Files", "file", "order.view", _files, _file),
)
