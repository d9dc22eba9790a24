"""Products: creating, changing, moving and copying them, and deleting drafts. Those placed in orders stay as
they were agreed."""

from app.catalog.inheritance import Layer, Owner, RawProperties, inherit, inherit_draft
from app.catalog.models import Product, ProductFamily
from app.catalog.services.locks import share_tree
from app.catalog.services.preview import Preview, preview_change, require_confirmed
from app.catalog.services.price_checks import check_formulas
from app.catalog.services.reading import layers_of
from app.catalog.services.saving import (
    Coming,
    clean_properties,
    record_difference,
    recorded,
    written,
)
from app.catalog.states import EDITED_FREELY
from app.core.actor import Actor
from app.core.db import db
from app.core.events import record
from app.core.translations import _


def create_product(
    none_yet: None,
    actor: Actor,
    slug: str,
    sku: str,
    name: str,
    family: ProductFamily,
    properties: RawProperties,
    summary: str = "",
    *,
    coming: Coming | None = None,
) -> Product:
    """Create a product of a family, as a draft: it can be ordered once it is published. Shares the tree's
    lock. Raises BadInput for an address or SKU that is taken, or properties that can't be meant."""
    share_tree()
    clean = clean_properties(properties, coming)
    product = Product(
        slug=slug, sku=sku, name=name, summary=summary, family=family, properties=clean
    )
    check_formulas(inherit_draft(layers_in(product, family, clean)).properties)
    with written(product):
        pass
    record("product.created", product, actor, after=recorded(product))
    return product


def change_product(
    product: Product,
    actor: Actor,
    name: str | None = None,
    summary: str | None = None,
    properties: RawProperties | None = None,
    family: ProductFamily | None = None,
    sku: str | None = None,
    confirm: str = "",
) -> Product:
    """Change a product for new orders, or move it to another family; orders placed keep what they agreed on.

    What is not on offer may be unfinished. A move of a product on offer that changes it must be confirmed
    as a family's change. Runs as a verb. Raises BadInput, and Unconfirmed with the preview.
    """
    before = recorded(product)
    own = product.properties if properties is None else clean_properties(properties)
    target = family or product.family
    if properties is not None and product.state not in EDITED_FREELY:
        inherit(layers_in(product, target, own))
    if properties is not None:
        check_formulas(inherit_draft(layers_in(product, target, own)).properties)
    if target is not product.family:
        require_confirmed(preview_move(product, target, own), confirm)
    with written(product):
        product.properties, product.family = own, target
        for column, value in {"name": name, "summary": summary, "sku": sku}.items():
            if value is not None:
                setattr(product, column, value)
    record_difference("product.changed", product, before, actor)
    return product


def preview_move(product: Product, family: ProductFamily, properties: RawProperties) -> Preview:
    """Return what a move to `family` with these own properties would do to the product."""
    return preview_change(product, layers_in(product, family, properties))


def layers_in(product: Product, family: ProductFamily, properties: RawProperties) -> list[Layer]:
    """Return the layers that the product would have in `family` with these own properties."""
    return [*layers_of(family), Layer(Owner("product", product.id, product.name), properties)]


def copy_product(product: Product, actor: Actor, slug: str, sku: str, name: str) -> Product:
    """Create a draft with the product's own properties, without the SKUs and barcodes of its variants.
    Raises BadInput for an address or SKU that is taken."""
    copied = Product(
        slug=slug,
        sku=sku,
        name=name,
        summary=product.summary,
        family=product.family,
        properties=_without_variant_codes(product.properties),
    )
    with written(copied):
        pass
    after, data = recorded(copied), {"copy_of": product.name}
    record("product.created", copied, actor, after=after, data=data)
    return copied


def _without_variant_codes(properties: RawProperties) -> dict[str, object]:
    variants = properties.get("variants")
    listed = variants.get("rows") if isinstance(variants, dict) else None
    if not isinstance(variants, dict) or not isinstance(listed, list):
        return dict(properties)
    rows = [
        {key: value for key, value in row.items() if key not in ("sku", "barcode")}
        for row in listed
        if isinstance(row, dict)
    ]
    return {**properties, "variants": {**variants, "rows": rows}}


def delete_draft(product: Product, actor: Actor) -> str:
    """Delete a draft that was never on offer. Runs as a verb, which refuses one that something names."""
    record("product.deleted", product, actor, before=recorded(product))
    db.session.delete(product)
    db.session.flush()
    return _("The draft is deleted.")
