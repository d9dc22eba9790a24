"""Creating and changing families and products. Every change is checked on what it would give.

These run as verbs (app/catalog/verbs.py): the row is locked and everything else was checked before.
"""

from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.catalog.inheritance import Layer, inherit_properties
from app.catalog.models import Product, ProductFamily
from app.core.actor import Actor
from app.core.canonical import plain
from app.core.db import db
from app.core.errors import BadInput
from app.core.events import record
from app.core.translations import _


def create_family(
    none_yet: None, actor: Actor, slug: str, name: str, properties: Layer
) -> ProductFamily:
    """Create a family. Raises BadInput for a slug that is taken or faulty properties."""
    clean = plain(properties)
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
    clean = plain(properties)
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
        clean = plain(properties)
        inherit_properties(clean, {})
        for product in db.session.scalars(select(Product).where(Product.family_id == family.id)):
            try:
                inherit_properties(clean, product.properties)
            except BadInput as fault:
                sentence = _(
                    "“%(product)s” would become invalid: %(fault_sentence)s",
                    product=product.name,
                    fault_sentence=fault.sentence,
                )
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
        properties = plain(properties)
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
