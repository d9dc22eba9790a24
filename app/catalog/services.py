"""Finding families and products, creating and changing them. Every change is checked on what it would give.

What changes a row runs as a verb (app/catalog/verbs.py): it is locked and everything else was checked before.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.catalog.inheritance import Effective, Layer, check_letters, inherit_properties
from app.catalog.models import Product, ProductFamily
from app.catalog.presets import read
from app.catalog.properties import Price
from app.core.actor import Actor
from app.core.canonical import plain
from app.core.db import db
from app.core.errors import BadInput, NotFound
from app.core.events import record
from app.core.translations import _


def effective_properties(product: Product) -> Effective:
    """Return the product's properties with those inherited from its family, and which are whose."""
    return inherit_properties(product.family.properties, product.properties)


def price_rule(product: Product) -> Price:
    """Return the price rule alone: the rest of a product is not needed for a list of them."""
    family, own = (
        layer.get("price") or {} for layer in (product.family.properties, product.properties)
    )
    assert isinstance(family, Mapping) and isinstance(own, Mapping), "properties were checked"
    return Price.model_validate({**family, **own})


def find_product(slug: str, *, only_active: bool = False) -> Product:
    """Return the product called `slug`; raise NotFound (also for a retired one if `only_active`)."""
    product = db.session.scalar(select(Product).where(Product.slug == slug))
    if product is None or (only_active and not product.active):
        raise NotFound(
            _("We don't offer this product."), next_step=_("Choose another one from the catalogue.")
        )
    return product


def create_family(
    none_yet: None, actor: Actor, slug: str, name: str, properties: Layer
) -> ProductFamily:
    """Create a family. Raises BadInput for a slug that is taken or faulty properties."""
    clean = _own(properties)
    inherit_properties(clean, {})
    family = ProductFamily(slug=slug, name=name, properties=clean)
    _insert(family, "slug")
    record("family.created", family, actor, after=_recorded(family))
    return family


def create_product(
    none_yet: None,
    actor: Actor,
    slug: str,
    sku: str,
    name: str,
    family: ProductFamily,
    properties: Layer,
    summary: str = "",
) -> Product:
    """Create an active product of a family. Raises BadInput as `create_family`."""
    clean = _own(properties)
    inherit_properties(family.properties, clean)
    product = Product(
        slug=slug, sku=sku, name=name, summary=summary, family=family, properties=clean, active=True
    )
    _insert(product, _("slug or SKU"))
    record("product.created", product, actor, after=_recorded(product))
    return product


def change_family(
    family: ProductFamily, actor: Actor, name: str | None = None, properties: Layer | None = None
) -> ProductFamily:
    """Change a family's name or properties; every product must still make sense with them.

    Raises BadInput that names the product which the change would break.
    """
    before = _recorded(family)
    if properties is not None:
        clean = _own(properties)
        inherit_properties(clean, {})
        for product in db.session.scalars(select(Product).where(Product.family_id == family.id)):
            try:
                inherit_properties(clean, product.properties)
            except BadInput as fault:
                names = {"product": product, "fault": fault.sentence}
                sentence = _("“%(product)s” would become invalid: %(fault)s", **names)
                raise BadInput(sentence, field=fault.field) from None
        family.properties = clean
    if name is not None:
        family.name = name
    _record_change("family.changed", family, before, actor)
    return family


def change_product(
    product: Product,
    actor: Actor,
    name: str | None = None,
    summary: str | None = None,
    properties: Layer | None = None,
    active: bool | None = None,
) -> Product:
    """Change a product for new orders; those placed keep what they agreed on. Raises BadInput."""
    before = _recorded(product)
    if properties is not None:
        properties = _own(properties)
        inherit_properties(product.family.properties, properties)
    changes = {"name": name, "summary": summary, "properties": properties, "active": active}
    for column, value in changes.items():
        if value is not None:
            setattr(product, column, value)
    _record_change("product.changed", product, before, actor)
    return product


def _record_change(
    name: str, row: Product | ProductFamily, before: dict[str, Any], actor: Actor
) -> None:
    after = {key: value for key, value in _recorded(row).items() if value != before[key]}
    if after:
        record(name, row, actor, before={key: before[key] for key in after}, after=after)


def _recorded(row: Product | ProductFamily) -> dict[str, Any]:
    columns = ["slug", "name", "properties"]
    if isinstance(row, Product):
        columns += ["sku", "summary", "active"]
    return {column: getattr(row, column) for column in columns}


def _own(properties: Layer) -> Any:
    """Return what a family or product says itself, ready to be stored; raise BadInput for letters that
    papers can't show."""
    clean = plain(properties)
    check_letters(clean)
    return clean


def _insert(row: Product | ProductFamily, unique: str) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()
    except IntegrityError:
        raise BadInput(
            _("The %(unique)s “%(slug)s” is taken. Choose another.", unique=unique, slug=row.slug),
            field="slug",
        ) from None


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
