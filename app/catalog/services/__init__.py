"""Looking things up in the catalogue; what changes it is declared in app/catalog/verbs.py."""

from app.catalog.services.find import effective_properties, find_product, price_rule

__all__ = ["effective_properties", "find_product", "price_rule"]
