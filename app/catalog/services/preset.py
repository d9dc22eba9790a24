"""Filling an empty catalogue from a preset file."""

from sqlalchemy import select

from app.catalog.models import Product, ProductFamily
from app.catalog.presets import read
from app.catalog.services.change import create_family, create_product
from app.core.actor import Actor
from app.core.db import db


def load_preset(none_yet: None, actor: Actor, name: str) -> list[Product]:
    """Create the families and products of the preset that are missing; return the new products.

    A slug that is already there is left as the shop has it, so a second call changes nothing.
    Stock and work centres of the preset are loaded by their own rooms. Raises NotFound.
    """
    preset = read(name)
    families = {family.slug: family for family in db.session.scalars(select(ProductFamily))}
    for family in preset.families:
        if family.slug not in families:
            families[family.slug] = create_family(None, actor, **dict(family))
    existing = set(db.session.scalars(select(Product.slug)))
    return [
        create_product(None, actor, **dict(product) | {"family": families[product.family]})
        for product in preset.products
        if product.slug not in existing
    ]
