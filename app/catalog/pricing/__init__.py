"""Prices: a pure function from a configuration and its terms to rows that explain every amount."""

from app.catalog.pricing.line import price_line, tax_minor
from app.catalog.pricing.rows import ItemisedPrice, PriceRow
from app.catalog.pricing.terms import PriceTerms

__all__ = ["ItemisedPrice", "PriceRow", "PriceTerms", "price_line", "tax_minor"]
