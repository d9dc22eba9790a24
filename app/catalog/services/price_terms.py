"""What the price of a product hangs on beside its configuration, as far as the catalogue knows it."""

from collections.abc import Sequence
from datetime import date

from app.catalog.models import Product
from app.catalog.pricing import PriceTerms
from app.catalog.pricing.rate_names import rate_keys, rates_for
from app.catalog.properties import Price, Properties
from app.rates.rate import Rate
from app.rates.services import rates_on


def current_rates(rule: Price, on: date) -> dict[str, Rate]:
    """Return the rates that the rule's formulas name, as they are on this day; no query where none is named."""
    return rates_for(rule, rates_on(on)) if rate_keys(rule) else {}


def base_terms(wanted: Sequence[tuple[Product, Properties]], on: date) -> list[PriceTerms]:
    """Return for each product, priced with these properties, by what name price lists and promotions know it and
    the rates that its formulas name, as they are on this day. One query where any formula names one."""
    has_rates = any(rate_keys(terms.price) for _product, terms in wanted)
    rates = rates_on(on) if has_rates else {}
    return [
        PriceTerms(
            sku=product.sku,
            families=tuple(family.slug for family in product.family.path[::-1]),
            rates=rates_for(terms.price, rates),
        )
        for product, terms in wanted
    ]
