"""The back office of the catalogue: families, products, and what is inherited from where."""

import json
from collections.abc import Sequence
from typing import Any

from flask import current_app, g, request
from flask_admin import expose
from flask_admin.form import JSONField
from sqlalchemy import func, select
from wtforms import DateField, HiddenField
from wtforms.validators import Optional

from app.catalog import verbs
from app.catalog.models import Product, ProductFamily
from app.catalog.services.preview import Unconfirmed
from app.catalog.services.publishing import missing_for_offer
from app.catalog.states import PRODUCT
from app.catalog.versions_page import VersionPages
from app.core.backoffice.columns import Column, choice_filter, page_link
from app.core.backoffice.editing import run_verb
from app.core.backoffice.listing import SavedView
from app.core.backoffice.model_view import BackOfficeModelView
from app.core.backoffice.row_verbs import RowVerbs
from app.core.db import db
from app.core.errors import Problem
from app.core.translations import _, _l
from app.core.verbs import Verb
from app.core.web.formats import long_date

SHOWN_PRODUCTS = 100
PROPERTIES_HELP = _l(
    "JSON with the same keys as the presets. What is missing is inherited from the family."
)


class PropertiesField(JSONField):
    """Properties as JSON that a person can read."""

    def _value(self) -> str:
        entered = getattr(self, "raw_data", None)
        return str(entered[0]) if entered else _pretty(self.data or {})

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            self.data: Any = current_app.json.loads(valuelist[0]) if any(valuelist) else {}
        except ValueError:
            raise ValueError(
                _("This is not JSON. Check its commas, quotes and brackets.")
            ) from None


class CatalogView(VersionPages, RowVerbs, BackOfficeModelView):
    """Base of both lists: shown to those who may view the catalogue, changed by its verbs."""

    permission_view = "catalog.view"
    permission_edit = "catalog.edit"
    area = _l("Settings")
    column_default_sort = ("name", False)
    column_descriptions = {"properties": PROPERTIES_HELP}
    form_columns: tuple[str, ...] = ("slug", "name", "properties")
    form_overrides = {"properties": PropertiesField}
    form_args: dict[str, Any] = {"properties": {"render_kw": {"rows": 24, "spellcheck": "false"}}}
    form_extra_fields = {
        "confirm": HiddenField(),
        "effective_on": DateField(
            _l("Takes effect on"),
            [Optional()],
            description=_l("Empty: at once. On a later day the properties alone change."),
        ),
    }
    edit_verb: Verb[Any, Any, Any]
    schedule_verb: Verb[Any, Any, Any]

    def explain(self, problem: Exception, form: Any) -> None:
        if isinstance(problem, Problem) and (problem.field or "").startswith("properties"):
            problem.field = "properties"
        super().explain(problem, form)

    def change(self, form: Any, row: Any) -> str | None:
        """Save the row at once, or schedule the change of its properties for the day that was chosen."""
        on = form.effective_on.data
        run_verb(self.schedule_verb if on else self.edit_verb, row, form)
        return _("The change is scheduled for %(day)s.", day=long_date(on)) if on else None

    def create_form(self, obj: Any = None) -> Any:
        form = super().create_form(obj)
        del form["effective_on"]
        return form

    def edit_form(self, obj: Any = None) -> Any:
        form = super().edit_form(obj)
        for name in ("slug", "sku"):
            if name in form:
                del form[name]  # orders and links name them: they stay
        return form

    @expose("/edit/", methods=("GET", "POST"))
    def edit_view(self) -> Any:
        """The form of one row; where saving it would change products on offer, the list of these first."""
        answer = super().edit_view()
        problem = g.get("form_problem")
        if not isinstance(problem, Unconfirmed):
            return answer
        return self.tell(problem, self.get_one(request.args.get("id", ""))), problem.status

    def tell(self, problem: Problem, row: Any) -> Any:
        """Return the list of products that would change where that is what a verb waits for."""
        if not isinstance(problem, Unconfirmed):
            return super().tell(problem, row)
        names = {"preview": problem.preview, "row_title": row.name, "back": self.row_url(row)}
        return self.render("catalog/confirm_change.html", **names)

    def back_to(self, shown: Any) -> str:
        """Return the row's page, the list where the row was deleted."""
        return self.row_url(shown) if shown in db.session else self.get_url(".index_view")

    def get_save_return_url(self, model: Any, is_created: bool = False) -> str:
        return self.row_url(model)


def _count_products(rows: Sequence[ProductFamily]) -> None:
    query = select(Product.family_id, func.count()).group_by(Product.family_id)
    counted = query.where(Product.family_id.in_(row.id for row in rows))
    g.products_of_family = {row[0]: row[1] for row in db.session.execute(counted)}


def _parent(row: ProductFamily) -> Any:
    parent = row.parent
    return parent and page_link(parent.name, "families.details_view", id=parent.id)


class FamilyView(CatalogView):
    """Families: what their products have in common."""

    model = ProductFamily
    subject = verbs.FAMILY
    name = _l("Families")
    endpoint = "families"
    create_verb = verbs.create_family
    edit_verb = verbs.change_family
    schedule_verb = verbs.schedule_family_change
    menu_icon = "layers"
    menu_order = 60
    title = _l("Product families")
    sentence = _l("Products inherit options, rules, prices and route from their family.")
    columns = (
        Column("name", is_sortable=True),
        Column("slug", _l("Address"), "", is_sortable=True),
        Column(
            "products",
            phone="to-end said",
            show=lambda row: g.products_of_family.get(row.id, 0),
            ahead=_count_products,
            is_number=True,
        ),
        Column("updated_at", _l("Changed"), "skip-sm", is_sortable=True),
    )
    details = (
        "name",
        "slug",
        Column("parent", _l("Parent family"), show=_parent, hidden_when_empty=True),
        "created_at",
        "updated_at",
    )
    form_columns = ("slug", "name", "parent", "properties", "effective_on", "to_top", "confirm")
    column_searchable_list = ("name", "slug")
    form_extra_fields = CatalogView.form_extra_fields | {"to_top": HiddenField()}
    details_template = "catalog/family.html"

    def change(self, form: Any, row: ProductFamily) -> str | None:
        """Save or schedule as any row; no parent means the top of the tree."""
        form.to_top.data = form.parent.data is None
        return super().change(form, row)

    def details_context(self, row: ProductFamily) -> dict[str, Any]:
        """Return the family's products besides, and the families below it."""
        query = select(Product).where(Product.family_id == row.id).order_by(Product.name)
        below = select(ProductFamily).where(ProductFamily.parent_id == row.id)
        return super().details_context(row) | {
            "below": list(db.session.scalars(below.order_by(ProductFamily.name))),
            "product_chart": PRODUCT,
            "product_count": db.session.scalar(select(func.count()).select_from(query.subquery())),
            "products": list(db.session.scalars(query.limit(SHOWN_PRODUCTS))),
        }


class ProductView(CatalogView):
    """Products, each with its own properties and those of its family."""

    model = Product
    subject = verbs.PRODUCTS
    bulk_verbs = (verbs.publish, verbs.archive, verbs.restore)
    chart = PRODUCT
    name = _l("Products")
    endpoint = "products"
    create_verb = verbs.create_product
    edit_verb = verbs.change_product
    schedule_verb = verbs.schedule_product_change
    menu_icon = "tag"
    menu_order = 50
    sentence = _l(
        "Products that customers can order. An order keeps the specification it was placed with."
    )
    columns = (
        Column("sku", is_sortable=True),
        Column("name", phone="at-body", is_sortable=True),
        Column("family.name", _l("Family"), "", is_sortable=True),
        Column("state", phone="to-end", is_sortable=True),
        Column("updated_at", _l("Changed"), "skip-sm", is_sortable=True),
    )
    details = (
        "sku",
        "name",
        Column("slug", _l("Address"), show=lambda row: f"/p/{row.slug}"),
        Column(
            "family",
            show=lambda row: page_link(row.family.name, "families.details_view", id=row.family_id),
        ),
        "summary",
        "state",
        "updated_at",
    )
    column_searchable_list = ("sku", "name", "slug")
    column_filters = (
        choice_filter(
            Product.state, _l("State"), {key: PRODUCT.word(key) for key in PRODUCT.states}
        ),
        "family.name",
    )
    saved_views = (
        SavedView(_l("Active"), {"flt_state_equals": "active"}),
        SavedView(_l("Drafts"), {"flt_state_equals": "draft"}),
        SavedView(_l("Archived"), {"flt_state_equals": "archived"}),
    )
    form_columns = (
        "slug",
        "sku",
        "name",
        "family",
        "summary",
        "properties",
        "effective_on",
        "confirm",
    )
    details_template = "catalog/product.html"

    def details_context(self, row: Product) -> dict[str, Any]:
        """Return what keeps the product from being ordered, and its page, besides."""
        return super().details_context(row) | {
            "missing": {} if row.active else missing_for_offer(row),
            "offered_at": f"/p/{row.slug}" if row.active else "",
        }


def _pretty(properties: dict[str, Any]) -> str:
    return json.dumps(properties, indent=2, ensure_ascii=False)
