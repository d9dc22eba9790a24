"""What the shop's products say of tax becomes a class and its rate."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

revision = "0053_taxed_by_class"
down_revision = "0052_setup_links"
branch_labels = None
depends_on = None

# The rate that most of what is on offer names, and what it is called.
USUAL = """
SELECT percent, label FROM (
    SELECT (coalesce(p.properties, '{}') -> 'price' ->> 'tax_permille')::numeric / 10 AS percent,
           coalesce(p.properties -> 'price' ->> 'tax_label', 'VAT') AS label, p.id
    FROM (SELECT id, properties FROM product_families UNION ALL
          SELECT id, properties FROM products) p
    WHERE p.properties -> 'price' ->> 'tax_permille' ~ '^[0-9]+$'
) found GROUP BY percent, label ORDER BY count(*) DESC, percent DESC LIMIT 1
"""
CLASSES = (
    ("standard", "Standard rate", "taxed"),
    ("reduced", "Reduced rate", "taxed"),
    ("zero", "Zero rate", "zero"),
    ("exempt", "Exempt", "exempt"),
)
# A family that named no rate was sold without tax, and stays so.
UNTAXED = """
UPDATE product_families SET properties = properties || jsonb_build_object(
    'price', coalesce(properties -> 'price', '{}') || '{"tax_permille": 0}')
WHERE properties -> 'price' ->> 'tax_permille' IS NULL AND parent_id IS NULL
"""
INTO_CLASS = """
UPDATE {table} row SET properties = jsonb_set(properties, '{{price}}',
    (properties -> 'price') - 'tax_permille' - 'tax_label')
WHERE (properties -> 'price' ->> 'tax_permille')::numeric / 10 = :percent
  AND coalesce(properties -> 'price' ->> 'tax_label', :label) = :label {and_family}
"""
FAMILY_BY_CLASS = """AND row.family_id NOT IN (
    WITH RECURSIVE named AS (
        SELECT id FROM product_families WHERE properties -> 'price' ->> 'tax_permille' IS NOT NULL
        UNION SELECT f.id FROM product_families f JOIN named n ON f.parent_id = n.id)
    SELECT id FROM named)"""
OUT_OF_CLASS = """
UPDATE product_families SET properties = properties - 'tax_class' || jsonb_build_object('price',
    coalesce(properties -> 'price', '{}') || jsonb_build_object(
        'tax_permille', CAST(:percent * 10 AS int), 'tax_label', CAST(:label AS text)))
WHERE properties -> 'price' ->> 'tax_permille' IS NULL AND parent_id IS NULL
"""


def upgrade() -> None:
    """Apply. Products whose rate is the shop's usual one lose their own; nobody pays another tax."""
    if not context.is_offline_mode():
        _carry_over()


def _carry_over() -> None:
    """Give a shop that has products its classes, and what most of them name as the standard rate."""
    from app.core.text_input import shop_country

    connection = op.get_bind()
    usual = connection.execute(sa.text(USUAL)).one_or_none()
    connection.execute(sa.text(UNTAXED))
    if usual is None:
        return
    put = sa.text(
        "INSERT INTO tax_classes (id, key, name, kind, version_id) "
        "VALUES (gen_random_uuid(), :key, :name, :kind, 1) ON CONFLICT DO NOTHING"
    )
    for key, name, kind in CLASSES:
        connection.execute(put, {"key": key, "name": name, "kind": kind})
    rate = sa.text(
        "INSERT INTO tax_rates (id, class_id, country, percent, label, version_id) "
        "SELECT gen_random_uuid(), id, :country, :percent, :label, 1 FROM tax_classes "
        "WHERE key = 'standard' AND NOT EXISTS (SELECT 1 FROM tax_rates)"
    )
    given = {"percent": usual.percent, "label": usual.label[:20]}
    connection.execute(rate, {**given, "country": shop_country()})
    for table, and_family in (("product_families", ""), ("products", FAMILY_BY_CLASS)):
        statement = INTO_CLASS.format(table=table, and_family=and_family)
        connection.execute(sa.text(statement), given)


def downgrade() -> None:
    """Undo: families name their rate themselves again."""
    if not context.is_offline_mode():
        rate = sa.text(
            "SELECT r.percent, r.label FROM tax_rates r JOIN tax_classes c ON c.id = r.class_id "
            "WHERE c.key = 'standard' ORDER BY r.region, r.created_at LIMIT 1"
        )
        connection = op.get_bind()
        usual = connection.execute(rate).one_or_none()
        if usual is not None:
            given = {"percent": usual.percent, "label": usual.label}
            connection.execute(sa.text(OUT_OF_CLASS), given)
