"""Brings every room's promises together for `flask check`."""

from __future__ import annotations

import importlib
import importlib.util

ROOMS = (
    "app.core.chain",
    "app.files.promises",
    "app.catalog.promises",
    "app.artwork.promises",
    "app.stock.promises",
    "app.orders.promises",
    "app.production.promises",
    "app.fulfilment.promises",
    "app.notify.promises",
    "app.reports.promises",
    "app.integrations.promises",
    "app.core.search.promises",
)


def load() -> None:
    """Import every room's promises, which registers them."""
    for name in ROOMS:
        importlib.import_module(name)
    importlib.import_module("app.search").load()
