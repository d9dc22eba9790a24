"""The staff's door: assembles every room's views, the dashboard, the board, stations and search."""

import importlib
from typing import Any

from flask import Flask

from app.core.settings import ROOT
from app.core.translations import _l

ROOMS = (
    "app.orders.admin",
    "app.customers.admin",
    "app.customers.groups_page",
    "app.pricelists.admin",
    "app.pricelists.promotions_page",
    "app.notify.admin",
    "app.artwork.admin",
    "app.production.admin",
    "app.stock.admin",
    "app.fulfilment.admin",
    "app.catalog.admin",
    "app.catalog.tree_page",
    "app.catalog.changes_page",
    "app.tax.admin",
    "app.rates.admin",
    "app.integrations.admin",
    "app.reports.admin",
    "app.accounts.admin",
)
PAGES = (
    "app.backoffice.board.page",
    "app.backoffice.orders.page",
    "app.backoffice.orders.new_order",
    "app.backoffice.staff_uploads",
    "app.backoffice.stations.page",
    "app.backoffice.job_page",
    "app.backoffice.shipment_page",
    "app.backoffice.search_page",
    "app.backoffice.log.events",
    "app.backoffice.log.dead_letters",
    "app.backoffice.shop_settings.page",
    "app.backoffice.set_up.page",
)


def init_app(app: Flask) -> None:
    """Register the back office under /admin."""
    from app import declarations
    from app.artwork import states as artwork_states
    from app.backoffice.dashboard.page import Dashboard
    from app.catalog import labels as catalog_labels
    from app.core.backoffice.assembly import URL, make_admin
    from app.files import words as file_words
    from app.fulfilment import states as shipment_states
    from app.notify import states as message_states
    from app.orders import states as order_states
    from app.production import states as job_states

    declarations.load(declarations.SEARCH)
    admin = make_admin(app, index_view=Dashboard(name=_l("Dashboard"), url=URL))
    for name in (*PAGES, *ROOMS):
        admin.add_views_of(importlib.import_module(name))
    app.extensions["todos"] = _todos()
    app.jinja_env.globals.update(
        order_states=order_states,
        artwork_chart=artwork_states.ARTWORK,
        artwork_states=artwork_states,
        job_states=job_states,
        shipment_chart=shipment_states.SHIPMENT,
        shipment_states=shipment_states,
        message_chart=message_states.MESSAGE,
        message_states=message_states,
    )
    catalog_labels.init(app)
    file_words.init(app)


def _todos() -> tuple[Any, ...]:
    """Return what every room declares in its ``todo.py``."""
    files = sorted((ROOT / "app").glob("*/todo.py"))
    modules = [importlib.import_module(f"app.{file.parent.name}.todo") for file in files]
    return tuple(todo for module in modules for todo in module.TODOS)
