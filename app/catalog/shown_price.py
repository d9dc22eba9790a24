"""Amounts as they are shown beside a product: with tax or without, as the shop has set."""

from __future__ import annotations

from decimal import Decimal

from app.catalog.pricing import PriceTerms
from app.catalog.pricing.tax_terms import with_tax_terms
from app.catalog.properties import Properties
from app.core.clock import shop_day
from app.core.web.formats import money
from app.tax.book import current_book
from app.tax.rule import TaxRule


def shows_gross() -> bool:
    """Return whether the shop shows its prices with tax."""
    return current_book().settings.shown == "gross"


def tax_of(product: Properties) -> TaxRule:
    """Return the product's tax where nobody has said yet where it goes."""
    return _terms(product).tax or TaxRule()


def shown_minor(typed_minor: int, product: Properties) -> int:
    """Return an amount of the catalogue as it is shown, in minor units: its tax added or taken out, where prices
    are not shown as they are typed."""
    terms = _terms(product)
    included = TaxRule(percent=terms.tax_included or Decimal(0)).included_minor(typed_minor)
    if not shows_gross():
        return typed_minor - included
    rule = terms.tax or TaxRule()
    if rule.percent == terms.tax_included:
        return typed_minor
    net = typed_minor - included
    return net + rule.tax_minor(net)


def as_shown(typed_minor: int, product: Properties) -> str:
    """Return an amount of the catalogue as it is shown, as money."""
    return money(shown_minor(typed_minor, product), product.price.currency)


def _terms(product: Properties) -> PriceTerms:
    return with_tax_terms(PriceTerms(), product, current_book(), shop_day())
