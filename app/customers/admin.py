"""The back office of customers: who they are, whom to write to, where parcels go, what they ordered."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.core.admin_base import BackOfficeModelView, staff_or_refuse
from app.core.db import db
from app.core.errors import Problem
from app.customers import services as customers
from app.customers.models import Contact, Customer
from app.orders.models import Order

SHOWN = 30
TERM_WORDS = {
    "prepaid": "Paid before we start",
    "deposit": "Deposit, the rest before it ships",
    "net_14": "Within 14 days",
    "net_30": "Within 30 days",
}


class PeopleView(BackOfficeModelView):
    """What both lists share. New ones come by requests and orders, so nothing is made here."""

    permission_view = "customer.view"
    permission_edit = "customer.edit"
    allow_create = False
    area = "Selling"
    form_columns: tuple[str, ...] = ("name",)

    def change(self, form: Any, row: Any) -> Any:
        """Change the row by its verb."""
        raise NotImplementedError

    def update_model(self, form: Any, model: Any) -> bool:
        try:
            self.change(form, model)
            db.session.commit()
        except Problem as problem:
            self.explain(problem, form)
            return False
        return True

    def get_save_return_url(self, model: Any, is_created: bool = False) -> str:
        return self.row_url(model)


class CustomerView(PeopleView):
    """Companies, and people who order for themselves."""

    menu_icon = "building"
    menu_order = 30
    title = "Customers"
    empty_sentence = "The first request makes the first customer."
    details_template = "customers/customer.html"
    column_list = ("number", "name", "terms", "created_at")
    column_labels = {"terms": "Payment", "created_at": "Since"}
    column_formatters = {
        "number": lambda view, context, row, name: row.reference,
        "terms": lambda view, context, row, name: TERM_WORDS[row.terms],
    }
    column_sortable_list = ("number", "name", "terms", "created_at")
    column_default_sort = ("number", True)
    column_searchable_list = ("name", "contacts.email", "contacts.name")
    column_filters = ("terms", "created_at")
    form_columns = ("name", "terms")
    form_choices = {"terms": list(TERM_WORDS.items())}

    def change(self, form: Any, row: Customer) -> Customer:
        return customers.change_customer(
            row.id, name=form.name.data or "", terms=form.terms.data, actor=staff_or_refuse()
        )

    def row_title(self, row: Customer) -> str:
        return row.name

    def render(self, template: str, **kwargs: Any) -> Any:
        if template == self.details_template:
            customer: Customer = kwargs["model"]
            query = select(Order).where(Order.customer_id == customer.id)
            newest = query.order_by(Order.id.desc()).limit(SHOWN)
            kwargs["orders"] = list(db.session.scalars(newest))
            kwargs["people"] = customer.contacts
            kwargs["addresses"] = customer.addresses
        return super().render(template, **kwargs)


class ContactView(PeopleView):
    """The people to write to."""

    menu_icon = "person"
    menu_order = 31
    title = "Contacts"
    column_list = ("name", "email", "phone", "customer", "created_at")
    column_labels = {"email": "E-mail", "created_at": "Since"}
    column_sortable_list = ("name", "email", "created_at")
    column_default_sort = ("name", False)
    column_searchable_list = ("name", "email", "phone")
    form_columns = ("name", "phone")

    def change(self, form: Any, row: Contact) -> Contact:
        return customers.change_contact(
            row.id, name=form.name.data or "", phone=form.phone.data or "", actor=staff_or_refuse()
        )


def views() -> list[BackOfficeModelView]:
    """Return the pages of this room for the back office."""
    return [
        CustomerView(Customer, name="Customers", endpoint="customers", url="customers"),
        ContactView(Contact, name="Contacts", endpoint="contacts", url="contacts"),
    ]
