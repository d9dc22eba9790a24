"""What staff choose from when they take an order: the products on offer, narrowed by what is typed."""

from dataclasses import dataclass

from flask import abort
from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager, joinedload

from app.backoffice.search import terms as search_terms
from app.catalog.labels import shelf_price
from app.catalog.models import Product, ProductFamily
from app.catalog.properties import Properties
from app.catalog.services import effective_properties, price_rule
from app.core.db import db

SHOWN = 200
MOST_WORDS = 6


@dataclass(frozen=True)
class Shelf:
    """Family → its products that fit `typed`, each with the least it costs (a word and an amount).

    `has_more` where not all of them are shown.
    """

    typed: str
    families: dict[str, list[tuple[Product, tuple[str, str]]]]
    has_more: bool

    @property
    def count(self) -> int:
        return sum(len(items) for items in self.families.values())

    @property
    def only(self) -> Product | None:
        """The one product that is meant: the only one found, or the one whose SKU was typed."""
        items = [product for found in self.families.values() for product, _ in found]
        exact = [item for item in items if item.sku.casefold() == self.typed.casefold()]
        if exact or len(items) == 1:
            return (exact or items)[0] if self.typed else None
        return None


def shelf(typed: str) -> Shelf:
    """Return the products on offer whose family, name or SKU has each word that was typed."""
    text = search_terms.read(typed).text
    query = (
        select(Product)
        .join(Product.family)
        .where(Product.active)
        .options(contains_eager(Product.family))
        .order_by(ProductFamily.name, Product.name, Product.id)
    )
    columns = (Product.name, Product.sku, ProductFamily.name)
    for word in text.split()[:MOST_WORDS]:
        query = query.where(or_(*(one.icontains(word, autoescape=True) for one in columns)))
    rows = list(db.session.scalars(query.limit(SHOWN + 1)))
    families: dict[str, list[tuple[Product, tuple[str, str]]]] = {}
    for row in rows[:SHOWN]:
        families.setdefault(row.family.name, []).append((row, shelf_price(price_rule(row))))
    return Shelf(text, families, len(rows) > SHOWN)


def find(slug: str) -> tuple[Product, Properties]:
    """Return the product on offer under `slug` with its effective properties; 404 otherwise."""
    query = select(Product).where(Product.slug == slug, Product.active)
    product = db.session.scalar(query.options(joinedload(Product.family)))
    if product is None:
        abort(404)
    return product, effective_properties(product).properties
