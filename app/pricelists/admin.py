"""The back office of price lists: who pays what, from when until when."""

from __future__ import annotations

from typing import Any

from flask import g, request
from sqlalchemy import select

from app.catalog.models import Product, ProductFamily
from app.core.backoffice.columns import Column
from app.core.backoffice.model_view import BackOfficeModelView
from app.core.backoffice.row_verbs import RowVerbs
from app.core.db import db
from app.core.errors import Problem
from app.core.shop.region import region
from app.core.translations import _l
from app.customers.models import Customer, CustomerGroup
from app.pricelists import verbs
from app.pricelists.models import AUDIENCES, PriceList
from app.pricelists.states import PRICE_LIST
from app.tax.rule import percent_words

OFFERED = 500


def _groups() -> Any:
    query = select(CustomerGroup).where(CustomerGroup.archived_at.is_(None))
    return db.session.scalars(query.order_by(CustomerGroup.name)).all()


def _customers() -> Any:
    return db.session.scalars(select(Customer).order_by(Customer.name).limit(OFFERED)).all()


def signed_percent(row: PriceList) -> str:
    """Return the percentage with its sign, a dash for none."""
    if not row.percent:
        return "–"
    return f"{'+' if row.percent > 0 else ''}{percent_words(row.percent.normalize())}"


class PriceListView(RowVerbs, BackOfficeModelView):
    """Prices of everyone, a group or one customer, with their days."""

    model = PriceList
    name = _l("Price lists")
    endpoint = "price_lists"
    permission_view = "price_list.view"
    permission_edit = "price_list.edit"
    subject = verbs.PRICE_LISTS
    chart = PRICE_LIST
    create_verb = verbs.create_price_list
    edit_verb = verbs.change_price_list
    area = _l("Sales")
    menu_icon = "scale"
    menu_order = 61
    sentence = _l(
        "Prices for everyone, a customer group or one customer. The nearest list that names a product makes its price."
    )
    empty_title = _l("No price lists yet")
    empty_sentence = _l("Without one, everyone pays the prices of the products.")
    details_template = "pricelists/list.html"
    columns = (
        Column("name", is_sortable=True),
        Column("for_whom", _l("For"), "at-body"),
        Column("percent", _l("On everything"), "said", signed_percent, is_number=True),
        Column("entries", _l("Own prices"), "said", lambda row: len(row.entries), is_number=True),
        Column("state", phone="at-end", is_sortable=True),
        Column("valid_from", _l("From"), "said", is_sortable=True),
        Column("valid_until", _l("Until"), "to-end said", is_sortable=True),
    )
    details = (
        "for_whom",
        "currency",
        "percent",
        Column("days", _l("Applies")),
        "created_at",
    )
    column_default_sort = ("name", False)
    column_searchable_list = ("name",)
    column_filters = ("state", "audience")
    form_columns = (
        "name", "audience", "group", "customer", "currency", "percent", "valid_from", "valid_until",
    )  # fmt: skip
    form_choices = {"audience": list(AUDIENCES.items())}
    form_args = {
        "audience": {"label": _l("For")},
        "group": {"query_factory": _groups, "label": _l("Customer group")},
        "customer": {"query_factory": _customers},
        "currency": {"default": lambda: region().currency},
        "percent": {
            "label": _l("Percent on everything"),
            "default": 0,
            "description": _l("Below zero for a discount, such as −10. 0 for none."),
        },
        "valid_from": {"description": _l("The first day; empty for at once.")},
        "valid_until": {"description": _l("The last day; empty for no end.")},
    }

    def edit_form(self, obj: Any = None) -> Any:
        """Return the form without whom it is for: another audience is another list."""
        form = super().edit_form(obj)
        for name in ("audience", "group", "customer", "currency"):
            del form[name]
        return form

    def get_save_return_url(self, model: Any, is_created: bool = False) -> str:
        return self.row_url(model)

    def tell(self, problem: Problem, row: PriceList) -> Any:
        """Return the list's page with the problem, beside the field of the price form where it is about one."""
        faults = getattr(problem, "faults", None) or {problem.field or "": str(problem)}
        g.list_price_form = (request.form, faults)
        return super().tell(problem, row)

    def details_context(self, row: PriceList) -> dict[str, Any]:
        """Return the prices with the names of what they are for, and the form of one price."""
        skus = [one.sku for one in row.entries if one.sku]
        slugs = [one.family for one in row.entries if one.family]
        products = select(Product.sku, Product.name).where(Product.sku.in_(skus))
        families = select(ProductFamily.slug, ProductFamily.name)
        typed, faults = g.get("list_price_form", ({}, {}))
        offered = select(Product.sku, Product.name).where(Product.active)
        return {
            "names": {
                key: name
                for query in (products, families.where(ProductFamily.slug.in_(slugs)))
                for key, name in db.session.execute(query)
            },
            "offered": db.session.execute(offered.order_by(Product.sku).limit(OFFERED)).all(),
            "families": db.session.execute(families.order_by(ProductFamily.name)).all(),
            "offers": self.offers(row),
            "typed": typed,
            "faults": faults,
            "break_rows": range(1, verbs.MOST_BREAKS + 1),
        }
