"""The price card's answer under a customer's terms, with the promotion code that was typed."""

import uuid
from collections.abc import Mapping
from dataclasses import replace

from app.catalog.facts import Facts
from app.catalog.live_price import LivePrice, Reader, live_price
from app.catalog.models import Product
from app.catalog.pricing import ItemisedPrice
from app.catalog.properties import Properties
from app.core.clock import shop_day
from app.core.errors import BadInput
from app.core.translations import _
from app.core.web.formats import money
from app.pricelists.services.promotions import find_promotion
from app.pricelists.terms import terms_for


def live_price_for(
    product: Product,
    properties: Properties,
    values: Mapping[str, str],
    facts: Facts | None = None,
    *,
    customer_id: uuid.UUID | None = None,
    reader: Reader = "staff",
) -> LivePrice:
    """Return what the price card says of the configuration in `values` to this reader, by the lists of the customer and
    the code in ``promotion_code``; `promotion_fault` says why that one takes nothing off."""
    day, promotion, fault = shop_day(), None, ""
    if code := values.get("promotion_code", "").strip():
        names = {product.sku, *(family.slug for family in product.family.path)}
        try:
            promotion = find_promotion(code, properties.price.currency, names).terms(day)
        except BadInput as wrong:
            fault = str(wrong)
    (under,) = terms_for([(product, properties)], day, customer_id, promotion)
    found = live_price(properties, values, facts, price_terms=under, reader=reader)
    if promotion and promotion.min_net_minor and not _is_taken(found.price):
        least = money(promotion.min_net_minor, found.currency)
        words = {"code": promotion.code, "money": least}
        fault = _("The code %(code)s applies from %(money)s without tax.", **words)
    return replace(found, promotion_fault=fault)


def _is_taken(price: ItemisedPrice | BadInput) -> bool:
    return isinstance(price, ItemisedPrice) and any(row.key == "promotion" for row in price.rows)
