"""The back office of customer groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import g
from sqlalchemy import func, select

from app.core.backoffice.columns import Column
from app.core.backoffice.model_view import BackOfficeModelView
from app.core.backoffice.row_verbs import RowVerbs
from app.core.db import db
from app.core.translations import _l
from app.customers import verbs
from app.customers.models import Customer, CustomerGroup
from app.pricelists.models import PriceList
from app.pricelists.states import PRICE_LIST

SHOWN = 50


def _count_customers(rows: Sequence[CustomerGroup]) -> None:
    query = select(Customer.group_id, func.count())
    query = query.where(Customer.group_id.in_([row.id for row in rows]))
    found = db.session.execute(query.group_by(Customer.group_id))
    g.customers_of_groups = {row[0]: row[1] for row in found}


class CustomerGroupView(RowVerbs, BackOfficeModelView):
    """Customers who share a price list."""

    model = CustomerGroup
    name = _l("Customer groups")
    endpoint = "customer_groups"
    permission_view = "customer.view"
    permission_edit = "customer.edit"
    subject = verbs.GROUP
    create_verb = verbs.create_group
    edit_verb = verbs.change_group
    area = _l("Sales")
    menu_icon = "person"
    menu_order = 32
    sentence = _l("Customers who share a price list, such as resellers. A customer belongs to one.")
    empty_title = _l("No customer groups yet")
    empty_sentence = _l("Create one, put customers into it, and give it a price list.")
    details_template = "customers/group.html"
    columns = (
        Column("name", is_sortable=True),
        Column("key", phone="", is_sortable=True),
        Column(
            "customers",
            phone="at-end said",
            show=lambda row: g.customers_of_groups.get(row.id, 0),
            ahead=_count_customers,
            is_number=True,
        ),
        Column("archived_at", _l("Archived"), "to-end said", hidden_when_empty=True),
    )
    details = ("name", "key", "customers", "archived_at", "created_at")
    column_default_sort = ("name", False)
    column_searchable_list = ("name", "key")
    form_columns = ("key", "name")
    form_args = {
        "key": {"description": _l("A short name for imports and the API, such as resellers.")}
    }

    def edit_form(self, obj: Any = None) -> Any:
        """Return the form without the key: imports name it."""
        form = super().edit_form(obj)
        del form["key"]
        return form

    def get_save_return_url(self, model: Any, is_created: bool = False) -> str:
        return self.row_url(model)

    def details_context(self, row: CustomerGroup) -> dict[str, Any]:
        """Return the group's customers and price lists."""
        customers = select(Customer).where(Customer.group_id == row.id).order_by(Customer.name)
        lists = select(PriceList).where(PriceList.group_id == row.id)
        return {
            "customers": list(db.session.scalars(customers.limit(SHOWN))),
            "price_lists": list(db.session.scalars(lists.order_by(PriceList.valid_from))),
            "list_chart": PRICE_LIST,
            "offers": self.offers(row),
        }
