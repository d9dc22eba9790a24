"""The back office of rates: what they came to, a chart, and what setting one would change before it is set."""

from __future__ import annotations

import uuid
from typing import Any

from flask import g, request
from flask_admin import expose
from wtforms import StringField
from wtforms.validators import InputRequired

from app.catalog.services.rate_preview import preview_rate
from app.core.actor import require
from app.core.backoffice.access import staff_or_refuse
from app.core.backoffice.columns import Column
from app.core.backoffice.model_view import BackOfficeModelView
from app.core.backoffice.row_verbs import RowVerbs
from app.core.clock import shop_day
from app.core.errors import BadInput
from app.core.inputs import parse
from app.core.translations import _, _l
from app.core.web.formats import quantity
from app.orders.services.rate_losses import losing_quotes
from app.rates import verbs
from app.rates.models import MaterialRate
from app.reports.line_chart import step_chart


def _today_value(row: MaterialRate) -> str:
    held = row.value_on(shop_day())
    return f"{quantity(held.value)} {row.per}" if held else "–"


class RateView(RowVerbs, BackOfficeModelView):
    """What metal, paper or resin costs; formulas of prices name it."""

    model = MaterialRate
    name = _l("Rates")
    endpoint = "rates"
    permission_view = "rate.view"
    permission_edit = "rate.edit"
    subject = verbs.RATE
    create_verb = verbs.create_rate
    edit_verb = verbs.change_rate
    area = _l("Sales")
    menu_icon = "coin"
    menu_order = 63
    sentence = _l(
        "What metal, paper or resin costs. A formula names one as rate.key, so that its prices follow."
    )
    empty_title = _l("No rates yet")
    empty_sentence = _l("Create one, such as gold per gram, and name it in a product's formula.")
    details_template = "rates/rate.html"
    columns = (
        Column("name", is_sortable=True),
        Column("key", _l("In formulas"), "", lambda row: f"rate.{row.key}", is_sortable=True),
        Column("now", _l("Today"), "at-end", _today_value),
        Column("archived_at", _l("Archived"), "to-end said", hidden_when_empty=True),
    )
    details = (
        "name",
        "key",
        "now",
        "archived_at",
        "created_at",
    )
    column_default_sort = ("name", False)
    column_searchable_list = ("name", "key")
    form_columns = ("key", "name", "currency", "unit", "value", "source")
    form_args = {
        "key": {"description": _l("A short name for formulas, such as gold: they say rate.gold.")},
        "unit": {"description": _l("What one value is for, such as g, kg, m² or sheet.")},
        "currency": {"description": _l("Three letters, such as GBP: that of the prices.")},
    }

    form_extra_fields = {
        "value": StringField(
            _l("Value today"),
            [InputRequired()],
            description=_l("What one unit costs, such as 62.40."),
        ),
        "source": StringField(
            _l("Source"), [InputRequired()], description=_l("Who published it, such as LBMA.")
        ),
    }

    def edit_form(self, obj: Any = None) -> Any:
        """Return the form of the name alone: formulas and quotes name the rest, a value is set."""
        form = super().edit_form(obj)
        for name in ("key", "currency", "unit", "value", "source"):
            del form[name]
        return form

    def get_save_return_url(self, model: Any, is_created: bool = False) -> str:
        return self.row_url(model)

    def details_context(self, row: MaterialRate) -> dict[str, Any]:
        """Return the values, the chart, and the form with what was typed and its faults."""
        day = shop_day()
        typed, faults = g.get("rate_form", ({}, {}))
        return {
            "values": row.values,
            "held": row.value_on(day),
            "chart": step_chart(
                [(one.valid_from, one.value) for one in reversed(row.values)],
                _("Value of %(rate)s in %(unit)s", rate=row.name, unit=row.per),
                until=day,
            ),
            "offers": self.offers(row),
            "typed": typed,
            "faults": faults,
        }

    @expose("/<uuid:row_id>/preview", methods=("POST",))
    def preview(self, row_id: uuid.UUID) -> Any:
        """Show which prices would move and which open quotes would lose money; nothing is saved."""
        row = self.row_to_change(str(row_id))
        require(staff_or_refuse(), verbs.EDIT)
        Input = verbs.set_rate.Input
        try:
            asked = parse(Input, Input.from_form(request.form, row))
        except BadInput as problem:
            g.rate_form = (request.form, problem.faults or {"value": str(problem)})
            return self.details_page(row), problem.status
        on = asked["valid_from"] or shop_day()
        rate = row.as_of(asked["value"], on, asked["source"])
        return self.render(
            "rates/preview.html",
            model=row,
            row_title=self.row_title(row),
            back=self.row_url(row),
            asked=asked | {"valid_from": on},
            held=row.value_on(on),
            preview=preview_rate(rate, on),
            losing=losing_quotes(rate),
        )
