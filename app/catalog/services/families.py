"""Families: creating, changing and moving them. Every change is checked on what it would give."""

from app.catalog.inheritance import Layer, Owner, RawProperties, inherit
from app.catalog.models import Product, ProductFamily
from app.catalog.services.locks import lock_tree
from app.catalog.services.preview import Preview, preview_change, require_confirmed
from app.catalog.services.reading import layers_of
from app.catalog.services.saving import (
    Coming,
    clean_properties,
    cycle,
    record_difference,
    recorded,
    written,
)
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import BadInput, WrongState
from app.core.events import record
from app.core.translations import _


def create_family(
    none_yet: None,
    actor: Actor,
    slug: str,
    name: str,
    properties: RawProperties,
    parent: ProductFamily | None = None,
    *,
    coming: Coming | None = None,
) -> ProductFamily:
    """Create a family, below `parent` where one is given. Takes the tree's lock. Raises BadInput for an
    address that is taken or faulty properties."""
    lock_tree()
    clean = clean_properties(properties, coming)
    refuse_variant_skus(clean)
    above = layers_of(parent) if parent else []
    inherit([*above, Layer(Owner("family", None, name), clean)])
    family = ProductFamily(slug=slug, name=name, properties=clean, parent=parent)
    with written(family):
        pass
    record("family.created", family, actor, after=recorded(family))
    return family


def change_family(
    family: ProductFamily,
    actor: Actor,
    name: str | None = None,
    properties: RawProperties | None = None,
    parent: ProductFamily | None = None,
    to_top: bool = False,
    confirm: str = "",
) -> ProductFamily:
    """Change a family's name or properties, or move it below `parent` (`to_top`: below none).

    Every product on offer below it must still make sense. Where some would change, `confirm` must be the
    token of the preview that lists them. Runs as a verb, which takes the tree's lock. Raises BadInput (a
    cycle, faulty properties, a product that would become invalid), and Unconfirmed with the preview.
    """
    before = recorded(family)
    above = None if to_top else parent or family.parent
    if above is not None and family in above.path:
        raise cycle(family.name)
    clean = None if properties is None else clean_properties(properties)
    if clean is not None or above is not family.parent:
        own = family.properties if clean is None else clean
        refuse_variant_skus(own)
        require_confirmed(preview_family(family, own, above), confirm)
    with written(family):
        if clean is not None:
            family.properties = clean
        family.parent, family.name = above, name or family.name
    record_difference("family.changed", family, before, actor)
    return family


def preview_family(
    family: ProductFamily, properties: RawProperties, parent: ProductFamily | None
) -> Preview:
    """Return what the change would do to the products below the family. Raises BadInput where the family's
    own properties would be faulty."""
    above = layers_of(parent) if parent else []
    layers = [*above, Layer(Owner("family", family.id, family.name), properties)]
    inherit(layers)
    return preview_change(family, layers)


def delete_family(family: ProductFamily, actor: Actor) -> str:
    """Delete a family that has neither products nor families below it. Raises WrongState that says what
    hangs on it."""
    below = db.session.query(ProductFamily).filter_by(parent_id=family.id).count()
    products = db.session.query(Product).filter_by(family_id=family.id).count()
    if below or products:
        raise WrongState(
            _("“%(name)s” has products or families below it.", name=family.name),
            next_step=_("Move them first, or archive the products."),
        )
    record("family.deleted", family, actor, before=recorded(family))
    db.session.delete(family)
    db.session.flush()
    return _("The family is deleted.")


def refuse_variant_skus(properties: RawProperties) -> None:
    """Raise BadInput where a family's own variants have SKUs: each is one product's."""
    variants = properties.get("variants")
    rows = variants.get("rows") if isinstance(variants, dict) else None
    for place, row in enumerate(rows if isinstance(rows, list) else []):
        if isinstance(row, dict) and row.get("sku"):
            sentence = _("A SKU belongs to one product. Enter the variants at the product.")
            raise BadInput(sentence, field=f"properties.variants.rows.{place}.sku")
