"""The back office of tax: classes of goods, and their dated rates."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect
from flask_admin import expose
from sqlalchemy import select
from wtforms.validators import InputRequired

from app.core.backoffice.columns import Column
from app.core.backoffice.model_view import BackOfficeModelView
from app.core.backoffice.row_verbs import RowVerbs, perform_or_tell
from app.core.clock import shop_day
from app.core.db import db
from app.core.translations import _l
from app.core.web.formats import country_name
from app.tax import verbs
from app.tax.models import KINDS, SUPPLIES, TaxClass, TaxRate
from app.tax.rule import percent_words
from app.tax.settings import tax_settings
from app.tax.territories import territory
from app.tax.usual import usual_rates_words


class TaxView(BackOfficeModelView):
    """What both lists share."""

    permission_view = "tax.view"
    permission_edit = "tax.edit"
    area = _l("Settings")
    form_columns: tuple[str, ...] = ("name",)

    def get_save_return_url(self, model: Any, is_created: bool = False) -> str:
        return self.row_url(model)


class TaxClassView(TaxView):
    """Classes of goods that are taxed alike."""

    model = TaxClass
    name = _l("Tax classes")
    endpoint = "tax_classes"
    create_verb = verbs.create_class
    edit_verb = verbs.change_class
    menu_icon = "scale"
    menu_order = 70
    sentence = _l(
        "Goods and services that are taxed alike. Each product names one, or inherits its family's."
    )
    empty_title = _l("No tax classes yet")
    empty_sentence = _l("Add the usual rates of your country under Tax rates, or create a class.")
    details_template = "tax/class.html"
    columns = (
        Column("name", is_sortable=True),
        Column("key", is_sortable=True),
        Column("kind", _l("Tax"), "", words=KINDS, is_sortable=True),
        Column("supply", phone="to-end", words=SUPPLIES, is_sortable=True),
    )
    details = ("name", "key", "kind", "supply", "note", "updated_at")
    column_default_sort = ("name", False)
    column_searchable_list = ("name", "key")
    form_columns = ("key", "name", "kind", "supply", "note")
    form_choices = {"kind": list(KINDS.items()), "supply": list(SUPPLIES.items())}
    form_args = {
        "kind": {"validators": [InputRequired()]},
        "supply": {"validators": [InputRequired()]},
        "key": {"description": _l("A short name for imports and the API, such as standard.")},
        "note": {"description": _l("Printed where an exempt class is sold: the reason.")},
    }

    def edit_form(self, obj: Any = None) -> Any:
        """Return the form without the key: products and rates name it."""
        form = super().edit_form(obj)
        del form["key"]
        return form

    def details_context(self, row: TaxClass) -> dict[str, Any]:
        """Return the class's rates."""
        query = select(TaxRate).where(TaxRate.class_id == row.id)
        order = (TaxRate.country, TaxRate.region, TaxRate.valid_from.desc())
        return {
            "rates": list(db.session.scalars(query.order_by(*order))),
            "percent_words": percent_words,
            "today": shop_day(),
        }


class TaxRateView(RowVerbs, TaxView):
    """Rates by class, country and region, with their days."""

    model = TaxRate
    name = _l("Tax rates")
    endpoint = "tax_rates"
    subject = verbs.RATE
    create_verb = verbs.create_rate
    can_edit = False  # quotes were made with it: a rate is ended, and another one begins
    menu_icon = "coin"
    menu_order = 71
    sentence = _l("A rate never changes: end it on its last day, and create the next one.")
    empty_title = _l("No tax rates yet")
    empty_sentence = _l("Add the usual rates of your country, or create one.")
    list_template = "tax/rates.html"
    details_template = "tax/rate.html"
    columns = (
        Column("tax_class.name", _l("Class"), is_sortable=True),
        Column("country", phone="at-body", show=lambda row: country_name(row.country), is_sortable=True),
        Column("region", phone="", hidden_when_empty=True),
        Column(
            "percent", _l("Rate"), "at-end", lambda row: percent_words(row.percent.normalize()),
            is_sortable=True, is_number=True,
        ),
        Column("label", _l("Called"), "skip-sm"),
        Column("valid_from", phone="said", is_sortable=True),
        Column("valid_until", phone="to-end said", is_sortable=True),
    )  # fmt: skip
    details = (
        "tax_class.name", "country", "region", "percent", "label", "valid_from", "valid_until",
        "created_at",
    )  # fmt: skip
    column_default_sort = ("country", False)
    column_searchable_list = ("tax_class.name", "country", "region")
    column_filters = ("tax_class.name", "country", "valid_until")
    form_columns = (
        "tax_class",
        "country",
        "region",
        "percent",
        "label",
        "valid_from",
        "valid_until",
    )
    form_args = {
        "tax_class": {"query_factory": lambda: db.session.scalars(select(TaxClass)).all()},
        "country": {"description": _l("Two letters, such as GB.")},
        "region": {
            "description": _l("A state or province where it has a rate of its own, such as CA.")
        },
        "percent": {"description": _l("Such as 20 or 8.1.")},
        "label": {"description": _l("What the tax is called on papers: VAT, GST, Sales tax.")},
    }

    def row_title(self, row: TaxRate) -> str:
        return str(row)

    def render(self, template: str, **kwargs: Any) -> Any:
        """Show the list with the usual rates of the shop's country, for those who may add them."""
        if template == self.list_template:
            country = tax_settings().seller.country
            has_own = select(TaxRate.id).where(TaxRate.country == territory(country)).limit(1)
            is_missing = db.session.scalar(has_own) is None and self.may(self.permission_edit)
            kwargs |= {
                "usual": usual_rates_words(country) if is_missing else "",
                "usual_country": country,
            }
        return super().render(template, **kwargs)

    def details_context(self, row: TaxRate) -> dict[str, Any]:
        """Return whether the rate can be ended by this person."""
        return {"may_end": self.may(self.permission_edit)}

    @expose("/usual", methods=("POST",))
    def add_usual(self) -> Any:
        """Add the usual rates of the country in the form; what is there already stays."""
        _done, problem = perform_or_tell(verbs.add_usual_rates, None)
        if problem is not None:
            flash(str(problem), "bad")
            return self.index_view(), problem.status
        return redirect(self.get_url(".index_view"), 303)
