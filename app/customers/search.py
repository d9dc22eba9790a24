"""Customers are found by number, name, and their contacts' names and addresses."""

from typing import Any

from flask import url_for
from sqlalchemy import func, select

from app.core.search import Hit, Searchable, Words
from app.core.translations import _l
from app.customers.models import Contact, Customer


def _rows() -> Any:
    contact = select(func.concat(Contact.name, " · ", Contact.email))
    first = contact.where(Contact.customer_id == Customer.id).order_by(Contact.created_at).limit(1)
    columns = (Customer.id, Customer.number, Customer.name)
    return select(*columns, first.scalar_subquery().label("contact"))


def _hit(row: Any) -> Hit:
    ref = f"C-{row.number}"
    sub = " · ".join(part for part in (ref, row.contact) if part)
    return Hit(row.name, sub, url_for("customers.details_view", id=row.id), None, (ref,))


Searchable(
    "customer",
    Customer,
    (
        Words(Customer.name),
        Words(Contact.name, of=Contact.customer_id),
        Words(Contact.email, of=Contact.customer_id),
    ),
    number=Customer.number,
    prefix="C",
    bare_number=False,
    name=_l("Customers"),
    icon="people",
    permission="customer.view",
    rows=_rows,
    hit=_hit,
)
Searchable("contact", Contact, (Words(Contact.name), Words(Contact.email), Words(Contact.phone)))
