"""Filling an empty catalogue from a preset file."""

from __future__ import annotations

from sqlalchemy import select

from app.catalog.models import Product, ProductFamily
from app.catalog.presets import read
from app.catalog.services.change import create_family, create_product
from app.core.actor import Actor, require
from app.core.db import db


def load_preset(name: str, *, actor: Actor) -> list[Product]:
    """Make the families and products of the preset that are missing; return those it made.

    A slug that is already there is left as the shop has it, so a second call changes nothing.
    Stock and work centres of the preset are loaded by their own rooms. Raises NotFound.
    """
    require(actor, "catalog.edit")
    preset = read(name)
    families = {
        family.slug: db.session.scalar(
            select(ProductFamily).where(ProductFamily.slug == family.slug)
        )
        or create_family(
            slug=family.slug, name=family.name, properties=family.properties, actor=actor
        )
        for family in preset.families
    }
    known = set(db.session.scalars(select(Product.slug)))
    return [
        create_product(
            slug=product.slug,
            sku=product.sku,
            name=product.name,
            summary=product.summary,
            family_id=families[product.family].id,
            properties=product.properties,
            actor=actor,
        )
        for product in preset.products
        if product.slug not in known
    ]
