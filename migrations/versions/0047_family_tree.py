"""Families form a tree; products have a state; each SKU of a product or variant has one holder.

Processes of both versions work meanwhile: a trigger keeps `active` and `state` of a product alike.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0047_family_tree"
down_revision = "0046_tax"
branch_labels = None
depends_on = None

# Whoever moves a family is alone at the tree, so that two moves at once make no cycle.
NO_CYCLE = """
CREATE OR REPLACE FUNCTION refuse_family_cycle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.parent_id IS NULL THEN RETURN NEW; END IF;
  PERFORM pg_advisory_xact_lock(hashtext('catalogue tree'));
  IF EXISTS (
    WITH RECURSIVE above(id) AS (
      SELECT NEW.parent_id
      UNION SELECT f.parent_id FROM product_families f JOIN above a ON f.id = a.id
        WHERE f.parent_id IS NOT NULL)
    SELECT 1 FROM above WHERE id = NEW.id) THEN
    RAISE EXCEPTION 'The family % would lie below itself.', NEW.slug
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_product_families_cycle';
  END IF;
  RETURN NEW;
END $$
"""
STATE = """
CREATE OR REPLACE FUNCTION products_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.active IS NULL THEN NEW.active := NEW.state = 'active';
    ELSE NEW.state := CASE WHEN NEW.active THEN 'active' ELSE 'archived' END; END IF;
  ELSIF NEW.state <> OLD.state THEN NEW.active := NEW.state = 'active';
  ELSIF NEW.active <> OLD.active THEN
    NEW.state := CASE WHEN NEW.active THEN 'active' ELSE 'archived' END;
  END IF;
  RETURN NEW;
END $$
"""
# A product and its variants claim their SKUs; the key of the table refuses what another one has.
CLAIM = """
CREATE OR REPLACE FUNCTION claim_product_skus() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  wanted text[];
BEGIN
  SELECT array_agg(sku) INTO wanted FROM (
    SELECT NEW.sku::text AS sku UNION ALL
    SELECT row ->> 'sku' FROM jsonb_array_elements(
      CASE WHEN jsonb_typeof(NEW.properties #> '{variants,rows}') = 'array'
        THEN NEW.properties #> '{variants,rows}' ELSE '[]' END) AS variants(row)
      WHERE coalesce(row ->> 'sku', '') <> '') AS claims;
  DELETE FROM catalog_skus WHERE product_id = NEW.id AND NOT sku = ANY(wanted);
  INSERT INTO catalog_skus (sku, product_id)
    SELECT w.sku, NEW.id FROM unnest(wanted) AS w(sku)
    WHERE NOT EXISTS (SELECT 1 FROM catalog_skus s WHERE s.sku = w.sku AND s.product_id = NEW.id)
    ORDER BY w.sku;
  RETURN NULL;
END $$
"""


def build_state_bridge() -> None:
    """Keep `active` and `state` alike, whichever a process writes."""
    op.execute(STATE)
    op.execute(
        "CREATE TRIGGER products_state BEFORE INSERT OR UPDATE ON products "
        "FOR EACH ROW EXECUTE FUNCTION products_state()"
    )


def drop_state_bridge() -> None:
    """Take the trigger and its function away."""
    op.execute("DROP TRIGGER IF EXISTS products_state ON products")
    op.execute("-- squawk-ignore ban-drop-function\nDROP FUNCTION IF EXISTS products_state()")


def upgrade() -> None:
    """Apply."""
    op.add_column("product_families", sa.Column("parent_id", sa.UUID(), nullable=True))
    op.execute(
        "ALTER TABLE product_families ADD CONSTRAINT fk_product_families_parent_id_product_families "
        "FOREIGN KEY (parent_id) REFERENCES product_families (id) NOT VALID"
    )
    op.execute(NO_CYCLE)
    op.execute(
        "CREATE TRIGGER product_families_cycle BEFORE INSERT OR UPDATE OF parent_id "
        "ON product_families FOR EACH ROW EXECUTE FUNCTION refuse_family_cycle()"
    )
    op.execute(
        "ALTER TABLE products ADD COLUMN IF NOT EXISTS state varchar(32) DEFAULT 'draft' NOT NULL"
    )
    op.execute(
        "-- squawk-ignore ban-drop-not-null\nALTER TABLE products ALTER active DROP NOT NULL"
    )
    op.execute("UPDATE products SET state = CASE WHEN active THEN 'active' ELSE 'archived' END")
    op.execute(
        "-- squawk-ignore ban-drop-default\nALTER TABLE products ALTER COLUMN state DROP DEFAULT"
    )
    op.execute(
        "ALTER TABLE products ADD CONSTRAINT ck_products_state "
        "CHECK (state IN ('draft', 'active', 'archived')) NOT VALID"
    )
    build_state_bridge()
    op.create_table(
        "catalog_skus",
        sa.Column("sku", sa.String(length=64), nullable=False),
        sa.Column("product_id", sa.UUID(), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["products.id"],
            name=op.f("fk_catalog_skus_product_id_products"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("sku", name=op.f("pk_catalog_skus")),
    )
    op.create_index(op.f("ix_catalog_skus_product_id"), "catalog_skus", ["product_id"])
    op.execute("INSERT INTO catalog_skus (sku, product_id) SELECT sku, id FROM products")
    op.execute(CLAIM)
    op.execute(
        "CREATE TRIGGER products_skus AFTER INSERT OR UPDATE OF sku, properties ON products "
        "FOR EACH ROW EXECUTE FUNCTION claim_product_skus()"
    )
    with op.get_context().autocommit_block():
        for table, name in (
            ("product_families", "fk_product_families_parent_id_product_families"),
            ("products", "ck_products_state"),
        ):
            op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")
        for name, target in (
            ("ix_product_families_parent_id", "product_families (parent_id)"),
            ("ix_products_state", "products (state)"),
        ):
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            op.execute(f"CREATE INDEX CONCURRENTLY {name} ON {target}")


def downgrade() -> None:
    """Take back: a draft counts as retired."""
    drop_state_bridge()
    op.execute("DROP TRIGGER IF EXISTS products_skus ON products")
    op.execute("DROP TRIGGER IF EXISTS product_families_cycle ON product_families")
    for name in ("claim_product_skus()", "refuse_family_cycle()"):
        op.execute(f"-- squawk-ignore ban-drop-function\nDROP FUNCTION IF EXISTS {name}")
    op.drop_table("catalog_skus")
    op.execute("UPDATE products SET active = state = 'active' WHERE active IS NULL")
    op.alter_column("products", "active", nullable=False)
    op.drop_column("products", "state")
    op.drop_column("product_families", "parent_id")
