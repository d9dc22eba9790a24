"""Stock items are found by name and SKU."""

from typing import Any

from flask import url_for
from sqlalchemy import select

from app.core.search import Hit, Searchable, Words
from app.core.translations import _l
from app.stock.models import StockItem


def _hit(row: Any) -> Hit:
    url = url_for("stock_items.details_view", id=row.id)
    return Hit(row.name, row.sku, url, None, (row.sku,))


Searchable(
    "stock_item",
    StockItem,
    (Words(StockItem.name), Words(StockItem.sku)),
    name=_l("Stock"),
    icon="boxes",
    permission="stock.view",
    rows=lambda: select(StockItem.id, StockItem.sku, StockItem.name),
    hit=_hit,
)
