"""The back office of promotion codes: what they take off, their limits, and how often they were used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import g
from sqlalchemy import func, select
from wtforms import BooleanField, DateField, IntegerField, SelectMultipleField, StringField
from wtforms.validators import Optional

from app.catalog.models import ProductFamily
from app.core.backoffice.columns import Column
from app.core.backoffice.model_view import BackOfficeModelView
from app.core.backoffice.row_verbs import RowVerbs
from app.core.db import db
from app.core.shop.region import region
from app.core.translations import _, _l
from app.core.web.formats import money
from app.orders.models import Order
from app.orders.states import ORDER
from app.pricelists import promotion_verbs as verbs
from app.pricelists.promotion_models import PromotionCode, PromotionUse
from app.tax.rule import percent_words

SHOWN = 50


def _off(row: PromotionCode) -> str:
    if row.percent:
        return percent_words(row.percent.normalize())
    return money(row.fixed_minor, row.currency)


def _count_uses(rows: Sequence[PromotionCode]) -> None:
    query = select(PromotionUse.promotion_id, func.count()).where(
        PromotionUse.promotion_id.in_([row.id for row in rows]), PromotionUse.released_at.is_(None)
    )
    found = db.session.execute(query.group_by(PromotionUse.promotion_id))
    g.uses_of_promotions = {row[0]: row[1] for row in found}


def _uses(row: PromotionCode) -> str:
    used = g.uses_of_promotions.get(row.id, 0)
    return str(used) if row.total_limit is None else f"{used} / {row.total_limit}"


def _for_what(row: PromotionCode) -> str:
    return ", ".join([*row.skus, *row.families]) or _("Everything")


def _limits(row: PromotionCode) -> str:
    found = []
    if row.min_net_minor:
        found.append(_("from %(money)s without tax", money=money(row.min_net_minor, row.currency)))
    if row.most_minor is not None:
        found.append(_("at most %(money)s off", money=money(row.most_minor, row.currency)))
    if row.customer_limit is not None:
        found.append(_("%(count)s per customer", count=row.customer_limit))
    if row.first_order_only:
        found.append(_("first order only"))
    return ", ".join(found) or "–"


class PromotionView(RowVerbs, BackOfficeModelView):
    """Codes that customers enter for a discount."""

    model = PromotionCode
    name = _l("Promotion codes")
    endpoint = "promotions"
    permission_view = "price_list.view"
    permission_edit = "price_list.edit"
    subject = verbs.PROMOTIONS
    create_verb = verbs.create_promotion
    can_edit = (
        False  # customers were told what it takes off: a code is ended, and another one begins
    )
    area = _l("Sales")
    menu_icon = "coin"
    menu_order = 62
    sentence = _l("Codes that customers enter on a product's page, or staff on an order.")
    empty_title = _l("No promotion codes yet")
    empty_sentence = _l("Create one to give a discount for a while, or for a first order.")
    details_template = "pricelists/promotion.html"
    columns = (
        Column("code", is_sortable=True),
        Column("label", phone="at-body", is_sortable=True),
        Column("off", _l("Takes off"), "at-end", _off),
        Column("uses", _l("Used"), "said", _uses, ahead=_count_uses),
        Column("valid_from", _l("From"), "said", is_sortable=True),
        Column("valid_until", _l("Until"), "to-end said", is_sortable=True),
        Column("archived_at", _l("Archived"), "to-end said", hidden_when_empty=True),
    )
    details = (
        "code", "label", "off", "uses",
        Column("limits", show=_limits), Column("for_what", _l("For"), show=_for_what),
        "valid_from", "valid_until", "archived_at", "created_at",
    )  # fmt: skip
    column_default_sort = ("code", False)
    column_searchable_list = ("code", "label")
    form_columns = (
        "code", "label", "currency", "percent", "fixed", "min_net", "most", "total_limit",
        "customer_limit", "first_order_only", "skus", "families", "valid_from", "valid_until",
    )  # fmt: skip
    form_args = {
        "code": {"description": _l("What customers type, in any spelling: AUTUMN10.")},
        "label": {"description": _l("What price breakdowns call it, such as Autumn sale.")},
        "currency": {"default": lambda: region().currency},
    }
    form_extra_fields = {
        "percent": StringField(_l("Percent off"), [Optional()]),
        "fixed": StringField(_l("or amount off"), [Optional()]),
        "min_net": StringField(_l("Least order value without tax"), [Optional()]),
        "most": StringField(_l("Most that is taken off"), [Optional()]),
        "total_limit": IntegerField(_l("Uses in total"), [Optional()]),
        "customer_limit": IntegerField(_l("Uses per customer"), [Optional()]),
        "first_order_only": BooleanField(_l("For a customer's first order only")),
        "skus": StringField(
            _l("Only for these products"), [Optional()],
            description=_l("SKUs with commas between them; empty for all."),
        ),
        "families": SelectMultipleField(_l("or families"), [Optional()], choices=[]),
        "valid_from": DateField(_l("From"), [Optional()]),
        "valid_until": DateField(_l("Until"), [Optional()]),
    }  # fmt: skip

    def create_form(self, obj: Any = None) -> Any:
        """Return the form, with every family to choose from."""
        form = super().create_form(obj)
        query = select(ProductFamily.slug, ProductFamily.name).order_by(ProductFamily.name)
        form.families.choices = [(row.slug, row.name) for row in db.session.execute(query)]
        return form

    def get_save_return_url(self, model: Any, is_created: bool = False) -> str:
        return self.row_url(model)

    def details_context(self, row: PromotionCode) -> dict[str, Any]:
        """Return the orders that use the code, the newest first."""
        query = (
            select(PromotionUse, Order)
            .join(Order, Order.id == PromotionUse.order_id)
            .where(PromotionUse.promotion_id == row.id)
            .order_by(PromotionUse.id.desc())
            .limit(SHOWN)
        )
        return {
            "used": db.session.execute(query).all(),
            "order_chart": ORDER,
            "offers": self.offers(row),
        }
