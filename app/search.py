"""Brings every room's declarations of the search together, in the order of the results."""

import importlib

ROOMS = ("orders", "production", "fulfilment", "customers", "catalog", "stock", "artwork", "notify")


def load() -> None:
    """Import every room's ``search.py``, which declares its kinds."""
    for room in ROOMS:
        importlib.import_module(f"app.{room}.search")
