"""What the catalogue names of itself and of the floors below it: families and products by their addresses, tax
classes by their keys."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import or_, select

from app.catalog.models import Product, ProductFamily
from app.catalog.references import MOST_FOUND, ReferenceKind
from app.core.db import db
from app.core.translations import _l
from app.tax.models import TaxClass


def _existing(model: Any, keys: Collection[str]) -> set[str]:
    return set(db.session.scalars(select(model.slug).where(model.slug.in_(keys))))


def _products(words: str) -> list[tuple[str, str]]:
    found = (Product.name, Product.sku, Product.slug)
    query = select(Product.slug, Product.name, Product.sku).order_by(Product.name, Product.id)
    for word in words.split()[:8]:
        query = query.where(or_(*(one.icontains(word, autoescape=True) for one in found)))
    return [
        (row.slug, f"{row.name} ({row.sku})") for row in db.session.execute(query.limit(MOST_FOUND))
    ]


def _families(words: str) -> list[tuple[str, str]]:
    query = select(ProductFamily).order_by(ProductFamily.name, ProductFamily.id)
    for word in words.split()[:8]:
        query = query.where(ProductFamily.name.icontains(word, autoescape=True))
    rows = db.session.scalars(query.limit(MOST_FOUND))
    return [(row.slug, " › ".join(one.name for one in row.path)) for row in rows]


def _tax_classes(words: str) -> list[tuple[str, str]]:
    query = select(TaxClass.key, TaxClass.name).order_by(TaxClass.name, TaxClass.id)
    for word in words.split()[:8]:
        query = query.where(TaxClass.name.icontains(word, autoescape=True))
    return [(row.key, row.name) for row in db.session.execute(query.limit(MOST_FOUND))]


def _existing_tax_classes(keys: Collection[str]) -> set[str]:
    return set(db.session.scalars(select(TaxClass.key).where(TaxClass.key.in_(keys))))


def _labels(key: Any, name: Any, keys: Collection[str]) -> dict[str, str]:
    query = select(key.label("key"), name.label("name")).where(key.in_(keys))
    return {row.key: row.name for row in db.session.execute(query)}


ReferenceKind(
    "tax_class",
    _l("tax class"),
    _existing_tax_classes,
    _tax_classes,
    lambda keys: _labels(TaxClass.key, TaxClass.name, keys),
)
ReferenceKind(
    "family",
    _l("family"),
    lambda keys: _existing(ProductFamily, keys),
    _families,
    lambda keys: _labels(ProductFamily.slug, ProductFamily.name, keys),
)
ReferenceKind(
    "product",
    _l("product"),
    lambda keys: _existing(Product, keys),
    _products,
    lambda keys: _labels(Product.slug, Product.name, keys),
)
