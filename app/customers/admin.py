"""The back office of customers: who they are, whom to write to, what they ordered."""

from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from flask import g
from markupsafe import Markup
from sqlalchemy import func, select
from sqlalchemy.orm import lazyload, selectinload

from app.accounts.models import OrderLink
from app.accounts.verbs import revoke_link
from app.core.actor import Actor
from app.core.backoffice.access import staff_or_refuse
from app.core.backoffice.columns import Column, page_link
from app.core.backoffice.editing import run_verb
from app.core.backoffice.model_view import BackOfficeModelView
from app.core.backoffice.row_verbs import RowVerbs
from app.core.db import db
from app.core.translations import _, _l
from app.core.web.formats import plural
from app.customers import verbs
from app.customers.models import TAX_KINDS, TERMS, Contact, Customer
from app.orders.models import Order
from app.orders.states import ORDER

SHOWN = 30
NO_ORDERS = (0, None)


class PeopleView(BackOfficeModelView):
    """What both lists share. New rows come with requests and orders: none is created here."""

    permission_view = "customer.view"
    permission_edit = "customer.edit"
    allow_create = False
    area = _l("Sales")
    form_columns: tuple[str, ...] = ("name",)

    def get_save_return_url(self, model: Any, is_created: bool = False) -> str:
        return self.row_url(model)


_reference = attrgetter("reference")


def _ordered(row: Customer) -> tuple[int, datetime | None]:
    """Return how many orders the customer has, requests included, and when the newest came."""
    found: tuple[int, datetime | None] = g.customers_ordered.get(row.id, NO_ORDERS)
    return found


def _count_orders(rows: Sequence[Customer]) -> None:
    query = select(Order.customer_id, func.count(), func.max(Order.created_at))
    query = query.where(Order.customer_id.in_([row.id for row in rows]))
    found = db.session.execute(query.group_by(Order.customer_id))
    g.customers_ordered = {row[0]: (row[1], row[2]) for row in found}


class CustomerView(RowVerbs, PeopleView):
    """Companies, and people who order for themselves."""

    model = Customer
    name = _l("Customers")
    endpoint = "customers"
    subject = verbs.CUSTOMER
    menu_icon = "building"
    menu_order = 30
    sentence = _l("Companies and private customers.")
    empty_title = _l("No customers yet")
    empty_sentence = _l("The first request creates the first customer.")
    details_template = "customers/customer.html"
    columns = (
        Column("name", is_sortable=True),
        Column("number", phone="", show=_reference, export=_reference, is_sortable=True),
        Column(
            "orders",
            phone="to-end said",
            show=lambda row: _ordered(row)[0],
            ahead=_count_orders,
            is_number=True,
        ),
        Column("last_order", phone="said", show=lambda row: _ordered(row)[1]),
        Column("terms", _l("Payment"), "to-end", lambda row: TERMS[row.terms], is_sortable=True),
        Column("created_at", _l("Since"), "skip-sm", is_sortable=True),
    )
    details = (
        "number",
        "name",
        "terms",
        Column("group", _l("Customer group"), hidden_when_empty=True),
        Column("tax_kind", _l("For tax"), words=TAX_KINDS),
        Column("vat_number", _l("VAT number"), hidden_when_empty=True),
        Column("exempt_reason", _l("Reason for the exemption"), hidden_when_empty=True),
        Column("exempt_certificate", _l("Certificate number"), hidden_when_empty=True),
        Column("exempt_until", _l("Certificate valid until"), hidden_when_empty=True),
        "created_at",
    )
    column_default_sort = ("number", True)
    column_searchable_list = ("name", "contacts.email", "contacts.name")
    search_kind = "customer"
    column_filters = ("terms", "created_at")
    form_columns = ("name", "terms")
    form_choices = {"terms": list(TERMS.items())}
    edit_verb = verbs.change_customer

    def row_title(self, row: Customer) -> str:
        return row.name

    def search_words(self) -> str:
        return _("Search by name, e-mail or contact")

    def get_query(self) -> Any:
        """Return the customers; their contacts are read for the page of one alone."""
        return super().get_query().options(lazyload(Customer.contacts))

    def details_context(self, row: Customer) -> dict[str, Any]:
        """Return the customer's newest orders."""
        query = select(Order).where(Order.customer_id == row.id)
        newest = query.order_by(Order.id.desc()).limit(SHOWN)
        loaded = newest.options(selectinload(Order.lines), selectinload(Order.quotes))
        return {
            "orders": list(db.session.scalars(loaded)),
            "order_count": _ordered(row)[0],
            "offers": self.offers(row),
            "tax_values": {
                name: getattr(row, name) or "" for name in verbs.set_tax_status.Input.model_fields
            },
            "chart": ORDER,
        }


def revoke_links(contact: Contact, actor: Actor) -> int:
    """Revoke every link to an order of `contact`; return how many there were."""
    query = select(OrderLink.id).join(Order, Order.id == OrderLink.order_id)
    query = query.where(Order.contact_id == contact.id, OrderLink.revoked_at.is_(None))
    found = list(db.session.scalars(query.order_by(OrderLink.id)))
    for link_id in found:
        revoke_link(link_id, actor=actor)
    return len(found)


def _customer(row: Contact) -> Markup:
    return page_link(row.customer.name, "customers.details_view", id=row.customer_id)


def _mail(row: Contact) -> Markup:
    return Markup('<a class="mail" href="mailto:{0}">{0}</a>').format(row.email)


class ContactView(PeopleView):
    """The people to write to."""

    model = Contact
    name = _l("Contacts")
    endpoint = "contacts"
    menu_icon = "person"
    menu_order = 31
    sentence = _l("People at your customers. Each e-mail address belongs to one contact.")
    empty_title = _l("No contacts yet")
    empty_sentence = _l("People who request a quote appear here.")
    columns = (
        Column("name", is_sortable=True),
        Column("email", "E-mail", "at-body", _mail, is_sortable=True),
        Column("phone", phone="to-end later"),
        Column("customer", phone="", show=_customer),
        Column("created_at", _l("Since"), "skip-sm", is_sortable=True),
    )
    details = ("name", "email", "phone", "customer", "created_at")
    column_default_sort = ("name", False)
    column_searchable_list = ("name", "email", "phone")
    search_kind = "contact"
    edit_verb = verbs.change_contact
    form_columns = ("name", "email", "phone")
    form_args = {
        "email": {
            "description": _l("Changing it revokes the links that were sent to the former address.")
        }
    }

    def edit_form(self, obj: Any = None) -> Any:
        """Return the form; the address is in it for those who may revoke links."""
        form = super().edit_form(obj)
        if not self.may("message.resend"):
            del form["email"]
        return form

    def change(self, form: Any, row: Contact) -> str:
        """Change the contact; with another address, revoke the links that went to the former one."""
        former = row.email
        contact = run_verb(verbs.change_contact, row, form)
        if contact.email == former:
            return ""
        count = revoke_links(contact, staff_or_refuse())
        if not count:
            return _("Messages go to %(email)s from now on.", email=contact.email)
        return _(
            "Messages go to %(email)s from now on. %(links)s to the former address revoked.",
            email=contact.email,
            links=plural(count, "link"),
        )
