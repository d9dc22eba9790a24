"""What the price of a product hangs on beside its configuration, for one customer on one day."""

import uuid
from collections.abc import Iterable
from datetime import date

from app.catalog.models import Product
from app.catalog.pricing import PriceTerms


def price_terms(
    products: Iterable[Product], on: date, customer_id: uuid.UUID | None = None
) -> dict[uuid.UUID, PriceTerms]:
    """Return product id → the terms that hold on this day; `customer_id` None for somebody who is not known."""
    return {
        product.id: PriceTerms(
            sku=product.sku, families=tuple(family.slug for family in product.family.path[::-1])
        )
        for product in products
    }
