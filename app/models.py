"""Imports every room's models, so that one look at `Model.metadata` sees all tables."""

from __future__ import annotations

import importlib
import importlib.util

ROOMS = (
    "app.core.events",
    "app.core.chain",
    "app.core.deliveries",
    "app.accounts.models",
    "app.files.models",
    "app.catalog.models",
    "app.customers.models",
    "app.artwork.models",
    "app.stock.models",
    "app.orders.models",
    "app.production.models",
    "app.fulfilment.models",
    "app.notify.models",
    "app.integrations.models",
    "app.reports.models",
)


def _exists(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


for name in ROOMS:
    if _exists(name):
        try:
            importlib.import_module(name)
        except ModuleNotFoundError as missing:
            # A room below it is not there yet; anything else that is missing is an error.
            if not (missing.name or "").startswith("app."):
                raise
