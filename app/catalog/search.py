"""Products are found by name and SKU."""

from typing import Any

from flask import url_for
from sqlalchemy import select

from app.catalog.models import Product
from app.catalog.states import OFFERED, PRODUCT
from app.core.search import Hit, Searchable, Words
from app.core.translations import _l


def _hit(row: Any) -> Hit:
    badge = None if row.state == OFFERED else PRODUCT.badge(row.state)
    url = url_for("products.details_view", id=row.id)
    return Hit(row.name, row.sku, url, badge, (row.sku,))


Searchable(
    "product",
    Product,
    (Words(Product.name), Words(Product.sku)),
    name=_l("Products"),
    icon="tag",
    permission="catalog.view",
    rows=lambda: select(Product.id, Product.name, Product.sku, Product.state),
    hit=_hit,
)
