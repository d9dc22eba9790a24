"""The back office of customers: who they are, whom to write to, where parcels go, what they ordered."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import g
from markupsafe import Markup
from sqlalchemy import func, select
from sqlalchemy.orm import lazyload, selectinload

from app.accounts import services as accounts
from app.core.actor import Actor
from app.core.admin_base import BackOfficeModelView, staff_or_refuse
from app.core.db import db
from app.core.web.formats import plural
from app.customers import services as customers
from app.customers.models import Contact, Customer
from app.orders.models import Order
from app.orders.states import ORDER

SHOWN = 30
TERM_WORDS = {
    "prepaid": "Paid before we start",
    "deposit": "Deposit, the rest before it ships",
    "net_14": "Within 14 days",
    "net_30": "Within 30 days",
}


@dataclass(frozen=True)
class Ordered:
    """How many orders a customer made, requests and all, and when the last was asked for."""

    count: int = 0
    last_at: datetime | None = None


class PeopleView(BackOfficeModelView):
    """What both lists share. New ones come by requests and orders, so nothing is made here."""

    permission_view = "customer.view"
    permission_edit = "customer.edit"
    allow_create = False
    area = "Sales"
    form_columns: tuple[str, ...] = ("name",)

    def get_save_return_url(self, model: Any, is_created: bool = False) -> str:
        return self.row_url(model)


class CustomerView(PeopleView):
    """Companies, and people who order for themselves."""

    menu_icon = "building"
    menu_order = 30
    title = "Customers"
    sentence = "Companies, and people who order for themselves."
    empty_title = "No customers yet"
    empty_sentence = "The first request makes the first customer."
    details_template = "customers/customer.html"
    column_list = ("name", "number", "orders", "last_order", "terms", "created_at")
    column_details_list = ("number", "name", "terms", "created_at")
    column_labels = {"terms": "Payment", "created_at": "Since", "last_order": "Last order"}
    number_columns = ("orders",)
    phone_places = {
        "number": "",
        "orders": "to-end said",
        "last_order": "said",
        "terms": "to-end",
        "created_at": "skip-sm",
    }
    column_formatters = {
        "number": lambda view, context, row, name: row.reference,
        "terms": lambda view, context, row, name: TERM_WORDS[row.terms],
        "orders": lambda view, context, row, name: view.ordered(row).count,
        "last_order": lambda view, context, row, name: view.ordered(row).last_at,
    }
    column_sortable_list = ("number", "name", "terms", "created_at")
    column_default_sort = ("number", True)
    column_searchable_list = ("name", "contacts.email", "contacts.name")
    search_kind = "customer"
    column_filters = ("terms", "created_at")
    form_columns = ("name", "terms")
    form_choices = {"terms": list(TERM_WORDS.items())}

    def change(self, form: Any, row: Customer) -> str:
        customers.change_customer(
            row.id, name=form.name.data or "", terms=form.terms.data, actor=staff_or_refuse()
        )
        return ""

    def row_title(self, row: Customer) -> str:
        return row.name

    def search_words(self) -> str:
        return "Search name, e-mail, people"

    def get_query(self) -> Any:
        """Return the customers; whom to write to and where to send is read for one page alone."""
        people = (lazyload(Customer.contacts), lazyload(Customer.addresses))
        return super().get_query().options(*people)

    def ordered(self, row: Customer) -> Ordered:
        """Return how often and when last the customer ordered."""
        known: dict[uuid.UUID, Ordered] = g.customers_ordered
        return known[row.id]

    def read_ahead(self, rows: Sequence[Customer]) -> None:
        """Count the orders of each."""
        g.customers_ordered = read_ordered(row.id for row in rows)

    def get_export_value(self, model: Customer, name: str) -> Any:
        """Return the bare value; the number as people write it, orders as they are counted."""
        if name == "number":
            return model.reference
        if name in ("orders", "last_order"):
            ordered = self.ordered(model)
            return ordered.count if name == "orders" else ordered.last_at
        return super().get_export_value(model, name)

    def render(self, template: str, **kwargs: Any) -> Any:
        if template == self.details_template:
            customer: Customer = kwargs["model"]
            query = select(Order).where(Order.customer_id == customer.id)
            newest = query.order_by(Order.id.desc()).limit(SHOWN)
            kwargs |= {
                "orders": list(
                    db.session.scalars(
                        newest.options(selectinload(Order.lines), selectinload(Order.quotes))
                    )
                ),
                "order_count": self.ordered(customer).count,
                "chart": ORDER,
                "people": customer.contacts,
                "addresses": customer.addresses,
                "address_words": {"delivery": "Delivery", "invoice": "Invoice"},
            }
        return super().render(template, **kwargs)


def read_ordered(customer_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Ordered]:
    """Return customer id → their orders, counted for all of them in one query."""
    found = {one: Ordered() for one in customer_ids}
    query = (
        select(Order.customer_id, func.count(), func.max(Order.created_at))
        .where(Order.customer_id.in_(found))
        .group_by(Order.customer_id)
    )
    return found | {row[0]: Ordered(row[1], row[2]) for row in db.session.execute(query)}


class ContactView(PeopleView):
    """The people to write to."""

    menu_icon = "person"
    menu_order = 31
    title = "Contacts"
    sentence = "The people we write to. Each address belongs to one of them."
    empty_title = "No contacts yet"
    empty_sentence = "Whoever asks for a quote appears here."
    column_list = ("name", "email", "phone", "customer", "created_at")
    column_details_list = ("name", "email", "phone", "customer", "created_at")
    column_labels = {"email": "E-mail", "created_at": "Since"}
    phone_places = {
        "email": "at-body",
        "customer": "",
        "phone": "to-end later",
        "created_at": "skip-sm",
    }
    column_formatters = {
        "email": lambda view, context, row, name: _mail(row.email),
        "customer": lambda view, context, row, name: view.customer_link(row),
    }
    column_sortable_list = ("name", "email", "created_at")
    column_default_sort = ("name", False)
    column_searchable_list = ("name", "email", "phone")
    search_kind = "contact"
    form_columns = ("name", "email", "phone")
    form_args = {
        "email": {
            "description": "Where it is changed, links that were sent to the old one work no more."
        }
    }

    def customer_link(self, row: Contact) -> Markup:
        """Return the customer as a link to their page."""
        url = self.get_url("customers.details_view", id=row.customer_id)
        return Markup('<a href="{}">{}</a>').format(url, row.customer.name)

    def edit_form(self, obj: Any = None) -> Any:
        """Return the form; the address is in it for those who may take links back."""
        form = super().edit_form(obj)
        if not self.may("message.resend"):
            del form["email"]
        return form

    def change(self, form: Any, row: Contact) -> str:
        actor, before = staff_or_refuse(), row.email
        contact = customers.change_contact(
            row.id,
            name=form.name.data or "",
            phone=form.phone.data or "",
            email=(form.email.data or "") if "email" in form else None,
            actor=actor,
        )
        if contact.email == before:
            return ""
        count = take_links_back(contact, actor)
        links = f" {plural(count, 'link')} to the old address taken back." if count else ""
        return f"Messages go to {contact.email} from now on.{links}"


def take_links_back(contact: Contact, actor: Actor) -> int:
    """Take back every link to an order of `contact`; return how many there were."""
    orders = db.session.scalars(select(Order.id).where(Order.contact_id == contact.id))
    taken = 0
    for order_id in orders:
        for link in accounts.links_of(order_id):
            if link.revoked_at is None:
                accounts.revoke_link(link.id, actor=actor)
                taken += 1
    return taken


def _mail(address: str) -> Markup:
    return Markup('<a class="mail" href="mailto:{0}">{0}</a>').format(address)


def views() -> list[BackOfficeModelView]:
    """Return the pages of this room for the back office."""
    return [
        CustomerView(Customer, name="Customers", endpoint="customers", url="customers"),
        ContactView(Contact, name="Contacts", endpoint="contacts", url="contacts"),
    ]
