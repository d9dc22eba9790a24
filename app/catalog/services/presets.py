"""Loading a preset: the families and products of a kind of shop."""

from sqlalchemy import select

from app.catalog.models import Product, ProductFamily
from app.catalog.presets import Preset, read
from app.catalog.services.families import create_family
from app.catalog.services.products import create_product
from app.catalog.states import PRODUCT
from app.core.actor import Actor
from app.core.db import db
from app.core.events import record
from app.core.shop.region import region
from app.tax.usual import ensure_usual


def load_preset(none_yet: None, actor: Actor, name: str) -> list[Product]:
    """Create the families and products of the preset that are missing; return the new products.

    A slug that is already there is left as the shop has it, so a second call changes nothing.
    Stock and work centres of the preset are loaded by their own rooms. Raises NotFound, and BadInput for a
    product that names what neither the shop nor the preset has.
    """
    preset = read(name, region().currency)
    ensure_usual(actor)
    coming = {
        "stock_item": {item.sku for item in preset.stock.items},
        "work_centre": {centre.key for centre in preset.work_centres},
    }
    families = _families(preset, actor, coming)
    existing = set(db.session.scalars(select(Product.slug)))
    made = []
    for product in preset.products:
        if product.slug not in existing:
            values = dict(product) | {"family": families[product.family]}
            made.append(create_product(None, actor, **values, coming=coming))
            record("product.published", made[-1], actor, **PRODUCT.fire(made[-1], "publish"))
    return made


def _families(
    preset: Preset, actor: Actor, coming: dict[str, set[str]]
) -> dict[str, ProductFamily]:
    families = {family.slug: family for family in db.session.scalars(select(ProductFamily))}
    for family in preset.families:
        if family.slug not in families:
            values = dict(family) | {"parent": families[family.parent] if family.parent else None}
            families[family.slug] = create_family(None, actor, **values, coming=coming)
    return families
