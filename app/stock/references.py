"""Stock items as references: products name them by SKU as their material."""

from collections.abc import Collection

from sqlalchemy import or_, select

from app.catalog.references import MOST_FOUND, ReferenceKind
from app.core.db import db
from app.core.translations import _l
from app.stock.models import StockItem


def _existing(skus: Collection[str]) -> set[str]:
    return set(db.session.scalars(select(StockItem.sku).where(StockItem.sku.in_(skus))))


def _found(words: str) -> list[tuple[str, str]]:
    query = select(StockItem.sku, StockItem.name, StockItem.unit).order_by(StockItem.sku)
    for word in words.split()[:8]:
        columns = (StockItem.sku, StockItem.name)
        query = query.where(or_(*(one.icontains(word, autoescape=True) for one in columns)))
    rows = db.session.execute(query.limit(MOST_FOUND))
    return [(row.sku, f"{row.name} ({row.sku}, {row.unit})") for row in rows]


def _labels(skus: Collection[str]) -> dict[str, str]:
    query = select(StockItem.sku, StockItem.name, StockItem.unit)
    rows = db.session.execute(query.where(StockItem.sku.in_(skus)))
    return {row.sku: f"{row.name} ({row.unit})" for row in rows}


ReferenceKind("stock_item", _l("stock item"), _existing, _found, _labels)
