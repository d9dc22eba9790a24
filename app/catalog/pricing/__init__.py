"""Prices: a pure function from a configuration and its terms to rows that explain every amount."""

from app.catalog.pricing.inputs import PriceInputs
from app.catalog.pricing.order import price_line, price_order
from app.catalog.pricing.rows import ItemisedPrice, PriceRow
from app.catalog.pricing.terms import PriceTerms

__all__ = [
    "ItemisedPrice",
    "PriceInputs",
    "PriceRow",
    "PriceTerms",
    "price_line",
    "price_order",
]
