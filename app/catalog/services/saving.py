"""What saving a family and a product have in common: properties checked, uniqueness in words, the event."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from pydantic import JsonValue
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.catalog.inheritance import RawProperties, check_letters, check_shape
from app.catalog.models import CatalogSku, Product, ProductFamily
from app.catalog.references import check_references
from app.catalog.services.price_checks import check_expressions
from app.core.actor import Actor
from app.core.canonical import plain
from app.core.db import db
from app.core.errors import BadInput
from app.core.events import record
from app.core.translations import _

#: Raised by a trigger of the table of families.
CYCLE = "ck_product_families_cycle"
Coming = Mapping[str, Collection[str]]


def clean_properties(properties: RawProperties, coming: Coming | None = None) -> Any:
    """Return own properties ready to be stored. Raises BadInput by field for letters that papers can't
    show, for what can't be meant and for a reference to nothing; `coming` as `check_references`."""
    clean = plain(properties)
    check_letters(clean)
    check_shape(clean)
    check_expressions(clean)
    check_references(clean, coming=coming)
    return clean


def recorded(row: Product | ProductFamily) -> dict[str, JsonValue]:
    """Return the columns of a row that its events name."""
    columns = ["slug", "name", "properties"]
    columns += (
        ["sku", "summary", "state", "family_id"] if isinstance(row, Product) else ["parent_id"]
    )
    found = {column: getattr(row, column) for column in columns}
    return {
        key: str(value) if key.endswith("_id") and value else value for key, value in found.items()
    }


def record_difference(
    name: str, row: Product | ProductFamily, before: RawProperties, actor: Actor
) -> None:
    """Record `name` with what differs from `before`, which `recorded` returned; nothing where nothing does."""
    after = {key: value for key, value in recorded(row).items() if value != before[key]}
    if after:
        record(name, row, actor, before={key: before[key] for key in after}, after=after)


@contextmanager
def written(row: Product | ProductFamily) -> Iterator[None]:
    """Flush the row, new or changed inside, under a savepoint. Raises BadInput at the field where its address
    or a SKU is taken."""
    claims: list[tuple[str, str]] = []
    name, slug = row.name, row.slug
    try:
        with db.session.begin_nested():
            yield
            name, slug = row.name, row.slug
            claims = claimed_skus(row) if isinstance(row, Product) else []
            _refuse_twice(claims)
            db.session.add(row)
            db.session.flush()
    except IntegrityError as problem:
        constraint = getattr(getattr(problem.orig, "diag", None), "constraint_name", None) or ""
        if constraint == CYCLE:
            raise cycle(name) from problem
        if "sku" in constraint and isinstance(row, Product):
            raise sku_taken(row, claims) from problem
        taken = _("The address “%(slug)s” is taken. Choose another.", slug=slug)
        raise BadInput(taken, field="slug") from problem


def cycle(name: str) -> BadInput:
    """Return the fault of a family that would lie below itself."""
    return BadInput(
        _("“%(name)s” can't lie below itself. Choose another parent family.", name=name),
        field="parent",
    )


def sku_taken(product: Product, claims: Sequence[tuple[str, str]]) -> BadInput:
    """Return the fault that names who has the SKU of the product or of one of its variants."""
    for sku, field in claims:
        query = select(Product).join(CatalogSku, CatalogSku.product_id == Product.id)
        holder = db.session.scalar(query.where(CatalogSku.sku == sku, Product.id != product.id))
        if holder is not None:
            sentence = _(
                "The SKU “%(sku)s” is taken by “%(name)s” (%(own)s). Choose another.",
                sku=sku, name=holder.name, own=holder.sku,
            )  # fmt: skip
            return BadInput(sentence, field=field)
    return BadInput(_("A SKU is used twice in this product. Choose another."), field="sku")


def _refuse_twice(claims: Sequence[tuple[str, str]]) -> None:
    """Raise BadInput, at the later field, where a product claims a SKU for itself and a variant."""
    seen: set[str] = set()
    for sku, field in claims:
        if sku in seen:
            sentence = _(
                "The SKU “%(sku)s” is used twice in this product. Choose another.", sku=sku
            )
            raise BadInput(sentence, field=field)
        seen.add(sku)


def claimed_skus(product: Product) -> list[tuple[str, str]]:
    """Return (SKU, field) of the product and its variants."""
    found = [(product.sku, "sku")]
    variants = product.properties.get("variants")
    rows = variants.get("rows") if isinstance(variants, dict) else None
    for place, row in enumerate(rows if isinstance(rows, list) else []):
        if isinstance(row, dict) and isinstance(sku := row.get("sku"), str) and sku:
            found.append((sku, f"properties.variants.rows.{place}.sku"))
    return found
