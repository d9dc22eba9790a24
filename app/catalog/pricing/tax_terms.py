"""Which tax a product's price bears, as terms of the price."""

from __future__ import annotations

from datetime import date

from app.catalog.pricing.taxed import own_rate
from app.catalog.pricing.terms import PriceTerms
from app.catalog.properties import Properties
from app.tax.book import TaxBook
from app.tax.rule import Destination, TaxStatus

AT_THE_SHOP = Destination(is_pickup=True)


def with_tax_terms(
    terms: PriceTerms,
    product: Properties,
    book: TaxBook,
    on: date,
    destination: Destination | None = None,
    customer: TaxStatus | None = None,
) -> PriceTerms:
    """Return the terms with the tax rule of the product there and for this customer, the way it is rounded, and
    the percentage that the typed prices include. Without a `destination` it is not known yet."""
    own, nobody = own_rate(product.price), TaxStatus()
    goods = product.tax_class
    rule = book.rule(goods, destination or Destination(), customer or nobody, on, own)
    at_home = book.rule(goods, AT_THE_SHOP, nobody, on, own)
    included = at_home.percent if book.settings.entered == "gross" else None
    update = {
        "tax": rule,
        "tax_rounding": book.settings.rounding,
        "tax_included": included or None,
    }
    return terms.model_copy(update=update)
