"""Reading families and products: what a product has, its inherited properties included."""

from collections.abc import Sequence

from sqlalchemy import select

from app.catalog.inheritance import Effective, Layer, Owner, inherit, inherit_draft, merge
from app.catalog.models import Product, ProductFamily
from app.catalog.properties import Price
from app.core.db import db
from app.core.errors import NotFound
from app.core.translations import _


def layers_of(row: Product | ProductFamily) -> list[Layer]:
    """Return the layers of properties from the top of the tree down to the row's own. Families that were
    not read yet are read with those of all rows of the same query."""
    path = row.family.path if isinstance(row, Product) else row.path
    layers = [Layer(Owner("family", family.id, family.name), family.properties) for family in path]
    if isinstance(row, Product):
        layers.append(Layer(Owner("product", row.id, row.name), row.properties))
    return layers


def effective_properties(row: Product | ProductFamily) -> Effective:
    """Return the properties with those inherited, and which of them is whose. Raises BadInput where
    they are not finished, which only those of a draft or an archived product are."""
    return inherit(layers_of(row))


def draft_properties(row: Product | ProductFamily) -> Effective:
    """Return the properties with those inherited, without what is not finished: `faults` names it."""
    return inherit_draft(layers_of(row))


def inherited_paths(row: Product | ProductFamily) -> frozenset[str]:
    """Return the paths that have a value from a family above the row, whether it overrides it or not."""
    return frozenset(merge(layers_of(row)[:-1])[1])


def price_rule(product: Product) -> Price:
    """Return the price rule alone: the rest of a product is not needed for a list of them."""
    return Price.model_validate(merge(_only(layers_of(product), "price"))[0].get("price") or {})


def _only(layers: Sequence[Layer], facet: str) -> list[Layer]:
    return [
        Layer(one.owner, {facet: one.properties[facet]} if facet in one.properties else {})
        for one in layers
    ]


def find_product(slug: str, *, only_active: bool = False) -> Product:
    """Return the product called `slug`; raise NotFound (also for one not on offer if `only_active`)."""
    product = db.session.scalar(select(Product).where(Product.slug == slug))
    if product is None or (only_active and not product.active):
        raise NotFound(
            _("We don't offer this product."), next_step=_("Choose another one from the catalogue.")
        )
    return product
