"""The back office of the catalogue: families, products, and what is inherited from where."""

from __future__ import annotations

import json
from typing import Any

from flask import g
from flask_admin.form import JSONField
from markupsafe import Markup
from sqlalchemy import func, select

from app.catalog import product_summary
from app.catalog import services as catalog
from app.catalog.inheritance import inherit_properties
from app.catalog.models import Product, ProductFamily
from app.core.admin_base import BackOfficeModelView, SavedView, badge, staff_or_refuse
from app.core.db import db
from app.core.errors import Problem

PROPERTIES_HELP = "As JSON, in the words of the presets. What is not said comes from the family."


class PropertiesField(JSONField):
    """Properties as JSON that a person can read."""

    def _value(self) -> str:
        typed = getattr(self, "raw_data", None)
        return str(typed[0]) if typed else _pretty(self.data or {})


class CatalogView(BackOfficeModelView):
    """What both lists share: looking for those who see the catalogue, changing by its verbs."""

    permission_view = "catalog.view"
    permission_edit = "catalog.edit"
    area = "Settings"
    column_default_sort = ("name", False)
    column_descriptions = {"properties": PROPERTIES_HELP}
    form_columns: tuple[str, ...] = ("slug", "name", "properties")
    form_overrides = {"properties": PropertiesField}
    form_args = {"properties": {"render_kw": {"rows": 24, "spellcheck": "false"}}}

    def explain(self, problem: Exception, form: Any) -> None:
        if isinstance(problem, Problem) and (problem.field or "").startswith("properties"):
            problem.field = "properties"
        super().explain(problem, form)

    def edit_form(self, obj: Any = None) -> Any:
        form = super().edit_form(obj)
        for name in ("slug", "sku", "family"):
            if name in form:
                del form[name]  # orders and links name them: they stay
        return form

    def get_save_return_url(self, model: Any, is_created: bool = False) -> str:
        return self.row_url(model)


class FamilyView(CatalogView):
    """Families: what their products have in common."""

    menu_icon = "layers"
    menu_order = 60
    title = "Product families"
    sentence = "A family hands its options, rules, prices and route down to its products."
    column_list = ("name", "slug", "products", "updated_at")
    column_details_list = ("name", "slug", "created_at", "updated_at")
    column_labels = {"slug": "Address", "updated_at": "Changed"}
    number_columns = ("products",)
    phone_places = {"slug": "", "products": "to-end said", "updated_at": "skip-sm"}
    column_sortable_list = ("name", "slug", "updated_at")
    column_searchable_list = ("name", "slug")
    details_template = "catalog/family.html"
    column_formatters = {
        "products": lambda view, context, row, name: view.count_of(row),
    }

    def count_of(self, family: ProductFamily) -> int:
        """Return how many products the family has; all families are counted once a request."""
        if "products_of_family" not in g:
            query = select(Product.family_id, func.count()).group_by(Product.family_id)
            g.products_of_family = {row[0]: int(row[1]) for row in db.session.execute(query)}
        return int(g.products_of_family.get(family.id, 0))

    def make(self, form: Any) -> ProductFamily:
        return catalog.create_family(
            slug=form.slug.data or "",
            name=form.name.data or "",
            properties=form.properties.data or {},
            actor=staff_or_refuse(),
        )

    def change(self, form: Any, row: ProductFamily) -> None:
        catalog.change_family(
            row.id,
            name=form.name.data or "",
            properties=form.properties.data or {},
            actor=staff_or_refuse(),
        )

    def render(self, template: str, **kwargs: Any) -> Any:
        if template == self.details_template:
            family: ProductFamily = kwargs["model"]
            query = select(Product).where(Product.family_id == family.id).order_by(Product.name)
            kwargs["products"] = list(db.session.scalars(query))
            found = inherit_properties(family.properties, {})
            kwargs["sections"] = product_summary.sections(found.properties, found.origin)
            kwargs["properties_json"] = _pretty(family.properties)
        return super().render(template, **kwargs)


class ProductView(CatalogView):
    """Products, each with what it says itself and what its family says."""

    menu_icon = "tag"
    menu_order = 50
    title = "Products"
    sentence = "What customers can ask for. An order keeps the terms it was made on."
    column_list = ("sku", "name", "family.name", "active", "updated_at")
    column_details_list = ("sku", "name", "slug", "family", "summary", "active", "updated_at")
    column_labels = {
        "family.name": "Family",
        "active": "Offered",
        "slug": "Address",
        "updated_at": "Changed",
    }
    column_sortable_list = ("sku", "name", "active", "updated_at", ("family.name", "family.name"))
    column_searchable_list = ("sku", "name", "slug")
    phone_places = {
        "name": "at-body",
        "family.name": "",
        "active": "to-end",
        "updated_at": "skip-sm",
    }
    column_formatters = {
        "active": lambda view, context, row, name: _offered(row.active),
    }
    column_formatters_detail = {
        "active": lambda view, context, row, name: _offered(row.active),
        "slug": lambda view, context, row, name: f"/p/{row.slug}",
        "family": lambda view, context, row, name: view.family_link(row),
    }
    column_filters = ("active", "family.name")
    saved_views = (
        SavedView("All", {}),
        SavedView("Offered", {"flt0_active_equals": "1"}),
        SavedView("Retired", {"flt0_active_equals": "0"}),
    )
    form_columns = ("slug", "sku", "name", "family", "summary", "properties", "active")
    details_template = "catalog/product.html"

    def family_link(self, row: Product) -> Markup:
        """Return the family as a link to its page."""
        url = self.get_url("families.details_view", id=row.family_id)
        return Markup('<a href="{}">{}</a>').format(url, row.family.name)

    def make(self, form: Any) -> Product:
        return catalog.create_product(
            slug=form.slug.data or "",
            sku=form.sku.data or "",
            name=form.name.data or "",
            summary=form.summary.data or "",
            family_id=form.family.data.id,
            properties=form.properties.data or {},
            actor=staff_or_refuse(),
        )

    def change(self, form: Any, row: Product) -> None:
        catalog.change_product(
            row.id,
            name=form.name.data or "",
            summary=form.summary.data or "",
            properties=form.properties.data or {},
            active=bool(form.active.data),
            actor=staff_or_refuse(),
        )

    def render(self, template: str, **kwargs: Any) -> Any:
        if template == self.details_template:
            product: Product = kwargs["model"]
            found = catalog.effective_properties(product)
            kwargs["sections"] = product_summary.sections(found.properties, found.origin)
            kwargs["offered_at"] = f"/p/{product.slug}" if product.active else ""
            kwargs["properties_json"] = _pretty(kwargs["model"].properties)
        return super().render(template, **kwargs)


def _offered(active: bool) -> Markup:
    return badge("Offered", "good") if active else badge("Retired", "done")


def _pretty(properties: dict[str, Any]) -> str:
    return json.dumps(properties, indent=2, ensure_ascii=False)


def views() -> list[BackOfficeModelView]:
    """Return the pages of this room for the back office."""
    return [
        ProductView(Product, name="Products", endpoint="products", url="products"),
        FamilyView(ProductFamily, name="Families", endpoint="families", url="families"),
    ]
