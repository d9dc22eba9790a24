"""The back office of the catalogue: families, products, and what is inherited from where."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from flask import g
from sqlalchemy import func, select

from app.catalog import verbs
from app.catalog.editor.form import PlainField
from app.catalog.editor_page import PropertiesEditing
from app.catalog.models import Product, ProductFamily
from app.catalog.services.preview import Unconfirmed
from app.catalog.services.publishing import missing_for_offer
from app.catalog.states import PRODUCT
from app.catalog.versions_page import VersionPages
from app.core.backoffice.columns import Column, choice_filter, page_link
from app.core.backoffice.listing import SavedView
from app.core.backoffice.model_view import BackOfficeModelView
from app.core.backoffice.row_verbs import RowVerbs
from app.core.db import db
from app.core.errors import Problem
from app.core.keys import latin
from app.core.translations import _, _l
from app.core.verbs import Verb

SHOWN_PRODUCTS = 100


class CatalogView(PropertiesEditing, VersionPages, RowVerbs, BackOfficeModelView):
    """Base of both lists: shown to those who may view the catalogue, changed by its verbs."""

    permission_view = "catalog.view"
    permission_edit = "catalog.edit"
    area = _l("Settings")
    column_default_sort = ("name", False)
    form_columns: tuple[str, ...] = ("slug", "name", "properties")
    edit_verb: Verb[Any, Any, Any]
    schedule_verb: Verb[Any, Any, Any]

    def tell(self, problem: Problem, row: Any) -> Any:
        """Return the list of products that would change where that is what a verb waits for."""
        if not isinstance(problem, Unconfirmed):
            return super().tell(problem, row)
        names = {"preview": problem.preview, "row_title": row.name, "back": self.row_url(row)}
        return self.render("catalog/confirm_change.html", **names)

    def back_to(self, shown: Any) -> str:
        """Return the row's page, the list where the row was deleted."""
        return self.row_url(shown) if shown in db.session else self.get_url(".index_view")


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
    menu_order = 52
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
    column_searchable_list = ("name", "slug")
    details_template = "catalog/family.html"

    def plain_fields(self, row: ProductFamily | None) -> list[PlainField]:
        """Return name, address and parent."""
        parent = row.parent if row else None
        above = PlainField("parent", _("Parent family"), parent.slug if parent else "")
        above.reference, above.help = "family", _("Leave it empty for a family at the top.")
        named = PlainField("name", _("Name"), row.name if row else "")
        return [named, above] if row else [named, above, _address()]

    def plain_input(self, plain: Mapping[str, str]) -> dict[str, Any]:
        """Return what the verbs take; no parent means the top of the tree."""
        found: dict[str, Any] = {"name": plain["name"]}
        if "slug" in plain:
            found["slug"] = plain["slug"] or _suggested(plain["name"])
        if plain["parent"]:
            found["parent"] = plain["parent"]
        elif "slug" not in plain:
            found["to_top"] = True
        return found

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
    details_template = "catalog/product.html"

    def plain_fields(self, row: Product | None) -> list[PlainField]:
        """Return name, family and summary; for a new one name, family, SKU and address."""
        family = PlainField("family", _("Family"), row.family.slug if row else "")
        family.reference = "family"
        named = PlainField("name", _("Name"), row.name if row else "")
        if row is None:
            sku = PlainField("sku", "SKU", made_as="upper")
            sku.help = _("Leave it empty to have it made from the name.")
            return [named, family, sku, _address()]
        return [named, family, PlainField("summary", _("Summary"), row.summary, kind="textarea")]

    def plain_input(self, plain: Mapping[str, str]) -> dict[str, Any]:
        """Return what the verbs take."""
        found: dict[str, Any] = dict(plain)
        if "slug" in found:
            found["slug"] = found["slug"] or _suggested(found["name"])
            found["sku"] = found["sku"] or _suggested(found["name"])[:40].strip("-").upper()
        return found

    def editor_context(self, row: Product) -> dict[str, Any]:
        """Return what can be done with the product, and what is missing before it can be published."""
        return {
            "offers": self.offers(row),
            "missing": {} if row.active else missing_for_offer(row),
        }

    def details_context(self, row: Product) -> dict[str, Any]:
        """Return what keeps the product from being ordered, and its page, besides."""
        return super().details_context(row) | {
            "missing": {} if row.active else missing_for_offer(row),
            "offered_at": f"/p/{row.slug}" if row.active else "",
        }


def _address() -> PlainField:
    field = PlainField("slug", _("Address"), made_as="lower")
    field.help = _("The end of its web address. Leave it empty to have it made from the name.")
    return field


def _suggested(name: str) -> str:
    """Return an address made of a name."""
    return latin(name, "-")[:80].strip("-") or "product"


def _pretty(properties: dict[str, Any]) -> str:
    return json.dumps(properties, indent=2, ensure_ascii=False)
