"""A small back office on the test database: two lists over stock, and a person to be."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Flask, g, request

from app.core.actor import Actor
from app.core.events import EventKind

EventKind("stock_item.changed", "Stock item changed")
WREN = uuid.UUID("01930000-0000-7000-8000-00000000a001")


def shop(application: Flask) -> Flask:
    """Return an application with the base views, on the same database as `application`."""
    from app.core.backoffice.assembly import make_admin
    from app.core.db import db
    from app.core.settings import ROOT
    from app.core.web import init_app

    own = Flask(
        "app", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "app" / "static")
    )
    own.config.update(application.config)
    own.test_client_class = application.test_client_class
    db.init_app(own)
    db._app_engines[own] = db._app_engines[application]
    init_app(own)

    @own.before_request
    def who() -> None:
        said = request.headers.get("X-Test-Permissions")
        if said is not None:
            kind = request.headers.get("X-Test-Kind", "staff")
            g.actor = Actor(kind, WREN, "Wren Applecote", "backoffice", frozenset(said.split()))

    admin = make_admin(own)
    for view in views():
        admin.add_view(view)
    return own


def views() -> list[Any]:
    """Return the views under test: items that may be edited, places that may be looked at."""
    from app.core.backoffice.columns import Column, ConditionFilter
    from app.core.backoffice.listing import SavedView
    from app.core.backoffice.model_view import BackOfficeModelView
    from app.core.events import record_change
    from app.core.inputs import fields
    from app.core.verbs import VERBS, rows_of
    from app.stock.models import StockItem, StockLocation
    from app.stock.verbs import create_item

    def change_item(item: Any, actor: Actor, sku: str = "", name: str = "", unit: str = "") -> None:
        record_change("stock_item.changed", item, actor, {"sku": sku, "name": name, "unit": unit})

    change = rows_of("test_item", StockItem).verb(
        change_item, "Edit item", "stock.move", fields(sku=str, name=str, unit=str)
    )
    del VERBS["test_item", "change_item"]  # of this shop alone

    def _starts_with(text: str) -> Any:
        return StockLocation.name.startswith(text)

    class Items(BackOfficeModelView):
        permission_view = "stock.view"
        permission_edit = "stock.move"
        create_verb = create_item
        edit_verb = change
        area = "Stock and sending"
        menu_icon = "warehouse"
        column_list = ("sku", "name", "unit", "home.name", "created_at")
        column_sortable_list = ("sku", "name", "unit", ("home.name", "home.name"))
        column_searchable_list = ("sku", "name")
        column_filters = ("unit", "sku")
        column_default_sort = ("sku", False)
        form_columns = ("sku", "name", "unit", "home")
        saved_views = (SavedView("By the sheet", {"flt0_unit_equals": "sheet"}),)
        page_size = 3

    class Places(BackOfficeModelView):
        permission_view = "stock.view"
        area = "Stock and sending"
        columns = (
            Column("key"),
            Column("name", "Called", show=lambda row: row.name.upper(), is_sortable=True),
            Column("kind", words={"internal": "In the house"}),
            Column("length", show=lambda row: len(row.key), is_number=True),
        )
        details = ("key", "kind", Column("note", "Remark", hidden_when_empty=True))
        column_filters = (
            "kind",
            ConditionFilter(StockLocation.id, "Starts", lambda text: _starts_with(text)),
        )

        def get_query(self) -> Any:
            return super().get_query().filter(StockLocation.kind == "internal")

    class Shut(BackOfficeModelView):
        pass

    return [
        Items(StockItem, name="Stock items", endpoint="items"),
        Places(StockLocation, name="Places", endpoint="places"),
        Shut(StockLocation, name="Shut", endpoint="shut"),
    ]
