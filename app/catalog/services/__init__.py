"""The verbs of the catalogue. Callers import them from here."""

from app.catalog.services.change import change_family, change_product, create_family, create_product
from app.catalog.services.find import effective_properties, find_product, price_rule, shop_window
from app.catalog.services.preset import load_preset

__all__ = [
    "change_family",
    "change_product",
    "create_family",
    "create_product",
    "effective_properties",
    "find_product",
    "load_preset",
    "price_rule",
    "shop_window",
]
