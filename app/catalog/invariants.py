"""What must always hold of the catalogue."""

from collections.abc import Iterator

from sqlalchemy import select

from app.catalog.models import Product, ProductFamily, ProductRevision
from app.catalog.references import existing, references_in
from app.catalog.revisions import content_hash
from app.catalog.services import effective_properties
from app.core.db import db
from app.core.errors import BadInput
from app.core.invariants import invariant, no_rows

BATCH = 200

no_cycle = no_rows(
    "No family is below itself",
    "WITH RECURSIVE up(id, above) AS (SELECT id, parent_id FROM product_families "
    "WHERE parent_id IS NOT NULL UNION SELECT up.id, f.parent_id FROM up "
    "JOIN product_families f ON f.id = up.above WHERE f.parent_id IS NOT NULL) "
    "SELECT f.slug FROM up JOIN product_families f ON f.id = up.id WHERE up.above = up.id "
    "ORDER BY f.slug",
    "the family {slug} is below itself.",
)
skus_are_claimed = no_rows(
    "Each SKU of a product or variant is claimed by that product alone",
    "WITH wanted(sku, id) AS (SELECT sku::text, id FROM products UNION ALL "
    "SELECT v ->> 'sku', p.id FROM products p CROSS JOIN LATERAL jsonb_array_elements("
    "CASE WHEN jsonb_typeof(p.properties #> '{variants,rows}') = 'array' "
    "THEN p.properties #> '{variants,rows}' ELSE '[]' END) AS v "
    "WHERE coalesce(v ->> 'sku', '') <> '') "
    "SELECT coalesce(w.sku, c.sku) AS sku FROM wanted w FULL JOIN catalog_skus c "
    "ON c.sku = w.sku AND c.product_id = w.id WHERE w.sku IS NULL OR c.sku IS NULL ORDER BY 1",
    "the SKU {sku} is not claimed by the product that has it.",
)


@invariant("Each product revision is as its hash says")
def revisions_are_unchanged() -> Iterator[str]:
    """Yield one sentence for each revision whose content is not what was hashed."""
    query = select(ProductRevision).order_by(ProductRevision.id)
    for row in db.session.scalars(query.execution_options(yield_per=BATCH)):
        if content_hash(row.content) != row.sha256:
            yield f"product revision {row.id} was changed after it was written."


@invariant("Everything that a family or product names exists")
def references_exist() -> Iterator[str]:
    """Yield one sentence for each name that leads nowhere. One query for each kind of reference."""
    named: dict[str, dict[str, str]] = {}
    for model in (ProductFamily, Product):
        query = select(model.slug, model.properties).order_by(model.slug)
        for slug, properties in db.session.execute(query.execution_options(yield_per=BATCH)):
            for one in references_in(properties):
                named.setdefault(one.kind, {}).setdefault(one.key, f"{slug} ({one.path})")
    for kind, keys in sorted(named.items()):
        for key in sorted(set(keys) - existing(kind, keys)):
            yield f"{keys[key]} names the {kind} {key}, which does not exist."


@invariant("The properties of each product on offer are whole")
def offered_products_are_whole() -> Iterator[str]:
    """Yield one sentence for each product on offer whose properties, inherited ones included, are faulty."""
    query = select(Product).where(Product.active).order_by(Product.slug)
    for product in db.session.scalars(query.execution_options(yield_per=BATCH)):
        try:
            effective_properties(product)
        except BadInput as fault:
            yield f"{product.slug}: {fault.sentence}"
