"""Making and changing families and products. Every change is checked on what it would give."""

from __future__ import annotations

import re
import uuid
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.catalog.inheritance import Layer, inherit_properties, jsonable
from app.catalog.models import Product, ProductFamily
from app.core.actor import Actor, require
from app.core.db import db, get, locked
from app.core.errors import BadInput, Stale
from app.core.events import record

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def create_family(*, slug: str, name: str, properties: Layer, actor: Actor) -> ProductFamily:
    """Make a family. Raises BadInput for a slug that is taken or malformed, or faulty properties."""
    require(actor, "catalog.edit")
    clean = jsonable(properties)
    inherit_properties(clean, {})
    family = ProductFamily(slug=_slug(slug), name=_name(name), properties=clean)
    _insert(family, "slug")
    record("family.created", family, actor, after=_seen(family))
    return family


def create_product(
    *,
    slug: str,
    sku: str,
    name: str,
    family_id: uuid.UUID,
    properties: Layer,
    actor: Actor,
    summary: str = "",
) -> Product:
    """Make an active product of a family. Raises BadInput as `create_family`, NotFound for the
    family."""
    require(actor, "catalog.edit")
    family = get(ProductFamily, family_id)
    clean = jsonable(properties)
    inherit_properties(family.properties, clean)
    if not sku.strip():
        raise BadInput("The SKU is empty.", field="sku")
    product = Product(
        slug=_slug(slug),
        sku=sku.strip(),
        name=_name(name),
        summary=summary.strip(),
        family=family,
        properties=clean,
        active=True,
    )
    _insert(product, "slug or SKU")
    record("product.created", product, actor, after=_seen(product))
    return product


def change_family(
    family_id: uuid.UUID,
    *,
    actor: Actor,
    version_id: int | None = None,
    name: str | None = None,
    properties: Layer | None = None,
) -> ProductFamily:
    """Change a family's name or properties; every product must still make sense with them.

    `version_id` is what the person saw: raises Stale where someone else was faster. Raises
    BadInput that names the product which the change would break. Locks the family.
    """
    require(actor, "catalog.edit")
    family = locked(ProductFamily, family_id)
    _same_version(family, version_id)
    before = _seen(family)
    if properties is not None:
        clean = jsonable(properties)
        inherit_properties(clean, {})
        for product in db.session.scalars(select(Product).where(Product.family_id == family.id)):
            try:
                inherit_properties(clean, product.properties)
            except BadInput as fault:
                sentence = f"“{product.name}” would break: {fault.sentence}"
                raise BadInput(sentence, field=fault.field) from None
        family.properties = clean
    if name is not None:
        family.name = _name(name)
    _record_change("family.changed", family, before, actor)
    return family


def change_product(
    product_id: uuid.UUID,
    *,
    actor: Actor,
    version_id: int | None = None,
    name: str | None = None,
    summary: str | None = None,
    properties: Layer | None = None,
    active: bool | None = None,
) -> Product:
    """Change what is given of a product; orders keep what they agreed on, this is for new ones.

    `version_id` as in `change_family`. Locks the product. Raises BadInput, NotFound, Stale.
    """
    require(actor, "catalog.edit")
    product = locked(Product, product_id)
    _same_version(product, version_id)
    before = _seen(product)
    if properties is not None:
        clean = jsonable(properties)
        inherit_properties(product.family.properties, clean)
        product.properties = clean
    if name is not None:
        product.name = _name(name)
    if summary is not None:
        product.summary = summary.strip()
    if active is not None:
        product.active = active
    _record_change("product.changed", product, before, actor)
    return product


def _record_change(
    name: str, row: Product | ProductFamily, before: dict[str, Any], actor: Actor
) -> None:
    after = _seen(row)
    changed = [key for key in after if after[key] != before[key]]
    if changed:
        record(
            name,
            row,
            actor,
            before={key: before[key] for key in changed},
            after={key: after[key] for key in changed},
        )


def _seen(row: Product | ProductFamily) -> dict[str, Any]:
    seen: dict[str, Any] = {"slug": row.slug, "name": row.name, "properties": row.properties}
    if isinstance(row, Product):
        seen |= {"sku": row.sku, "summary": row.summary, "active": row.active}
    return seen


def _same_version(row: Product | ProductFamily, version_id: int | None) -> None:
    if version_id is not None and row.version_id != version_id:
        raise Stale(
            f"Someone else changed “{row.name}” since you opened it.",
            next_step="Load the page again and put in your change once more.",
        )


def _insert(row: Product | ProductFamily, what: str) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()
    except IntegrityError:
        raise BadInput(f"The {what} “{row.slug}” is taken. Choose another.", field="slug") from None


def _slug(value: str) -> str:
    if not SLUG.fullmatch(value) or len(value) > 80:
        raise BadInput(
            f"“{value}” can't be an address: use small letters, digits and dashes.", field="slug"
        )
    return value


def _name(value: str) -> str:
    clean = " ".join(value.split())
    if not 0 < len(clean) <= 120:
        raise BadInput("The name must have 1 to 120 characters.", field="name")
    return clean
