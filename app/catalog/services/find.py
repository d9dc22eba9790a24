"""Looking things up in the catalogue; nothing here changes a row."""

from __future__ import annotations

from sqlalchemy import select

from app.catalog.inheritance import Effective, hand_down
from app.catalog.models import Product
from app.core.db import db
from app.core.errors import NotFound


def effective_properties(product: Product) -> Effective:
    """Return the product's properties with its family's handed down, and who said what."""
    return hand_down(product.family.properties, product.properties)


def find_product(slug: str, *, only_active: bool = False) -> Product:
    """Return the product called `slug`; raise NotFound (also for a retired one if `only_active`)."""
    product = db.session.scalar(select(Product).where(Product.slug == slug))
    if product is None or (only_active and not product.active):
        raise NotFound(
            "We don't make this product, or no longer.",
            next_step="See what we make on the first page.",
        )
    return product


def shop_window() -> list[Product]:
    """Return the products that a customer may ask for, by family and name."""
    query = select(Product).where(Product.active).join(Product.family)
    return list(db.session.scalars(query.order_by(Product.created_at, Product.id)))
