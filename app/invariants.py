"""Brings every room's invariants together for `flask check`."""

import importlib
import importlib.util

ROOMS = (
    "app.core.chain",
    "app.files.invariants",
    "app.catalog.invariants",
    "app.artwork.invariants",
    "app.stock.invariants",
    "app.orders.invariants",
    "app.production.invariants",
    "app.fulfilment.invariants",
    "app.notify.invariants",
    "app.reports.invariants",
    "app.integrations.invariants",
    "app.core.search.invariants",
)


def load() -> None:
    """Import every room's invariants, which registers them."""
    for name in ROOMS:
        importlib.import_module(name)
    importlib.import_module("app.search").load()
