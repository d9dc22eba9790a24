"""Looking things up in the catalogue; nothing here changes a row."""

from sqlalchemy import select

from app.catalog.inheritance import Effective, inherit_properties
from app.catalog.models import Product
from app.catalog.properties import Price
from app.core.db import db
from app.core.errors import NotFound
from app.core.translations import _


def effective_properties(product: Product) -> Effective:
    """Return the product's properties with those inherited from its family, and which are whose."""
    return inherit_properties(product.family.properties, product.properties)


def price_rule(product: Product) -> Price:
    """Return the price rule alone: the rest of a product is not needed for a list of them."""
    family, own = (
        {"price": layer["price"]} if "price" in layer else {}
        for layer in (product.family.properties, product.properties)
    )
    return inherit_properties(family, own).properties.price


def find_product(slug: str, *, only_active: bool = False) -> Product:
    """Return the product called `slug`; raise NotFound (also for a retired one if `only_active`)."""
    product = db.session.scalar(select(Product).where(Product.slug == slug))
    if product is None or (only_active and not product.active):
        raise NotFound(
            _("We don't offer this product."), next_step=_("Choose another one from the catalogue.")
        )
    return product
