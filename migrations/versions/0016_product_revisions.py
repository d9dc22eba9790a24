"""Order lines point at product revisions; the terms they carried move there, batch by batch.

Processes of both versions work meanwhile: a trigger adds the revision to a line that has terms
alone, and the terms to one that has a revision alone.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016_product_revisions"
down_revision = "0015_search"
branch_labels = None
depends_on = None

# Keys sorted by their bytes, no spaces, numbers without needless zeros: as app.core.canonical.
CANONICAL = """
CREATE OR REPLACE FUNCTION canonical_json(value jsonb) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  CASE jsonb_typeof(value)
    WHEN 'object' THEN RETURN '{' || coalesce((
      SELECT string_agg(to_json(key)::text || ':' || canonical_json(item), ',' ORDER BY key COLLATE "C")
      FROM jsonb_each(value) AS part(key, item)), '') || '}';
    WHEN 'array' THEN RETURN '[' || coalesce((
      SELECT string_agg(canonical_json(item), ',' ORDER BY place)
      FROM jsonb_array_elements(value) WITH ORDINALITY AS part(item, place)), '') || ']';
    WHEN 'number' THEN RETURN trim_scale(value::numeric)::text;
    ELSE RETURN value::text;
  END CASE;
END $$
"""
DIGEST = "encode(sha256(convert_to(canonical_json({}), 'UTF8')), 'hex')"
BRIDGE = f"""
CREATE OR REPLACE FUNCTION order_lines_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.product_revision_id IS NULL THEN
    INSERT INTO product_revisions (id, product_id, sha256, content)
      VALUES (gen_random_uuid(), NEW.product_id, {DIGEST.format("NEW.terms")}, NEW.terms)
      ON CONFLICT (product_id, sha256) DO NOTHING;
    SELECT id INTO NEW.product_revision_id FROM product_revisions
      WHERE product_id = NEW.product_id AND sha256 = {DIGEST.format("NEW.terms")};
  ELSE
    SELECT content INTO NEW.terms FROM product_revisions WHERE id = NEW.product_revision_id;
  END IF;
  RETURN NEW;
END $$
"""
FILL = f"""
DO $$
DECLARE
  batch uuid[];
  last uuid := '00000000-0000-0000-0000-000000000000';
BEGIN
  LOOP
    SELECT array_agg(id ORDER BY id) INTO batch FROM (
      SELECT id FROM order_lines WHERE product_revision_id IS NULL AND id > last
      ORDER BY id LIMIT 2000) AS chosen;
    EXIT WHEN batch IS NULL;
    CREATE TEMP TABLE carried ON COMMIT DROP AS
      SELECT product_id, terms, {DIGEST.format("terms")} AS sha256, since FROM (
        SELECT product_id, terms, min(created_at) AS since FROM order_lines
        WHERE id = ANY(batch) GROUP BY product_id, terms) AS different;
    INSERT INTO product_revisions (id, product_id, sha256, content, created_at)
      SELECT gen_random_uuid(), product_id, sha256, terms, since FROM carried
      ON CONFLICT (product_id, sha256) DO NOTHING;
    UPDATE order_lines AS l SET product_revision_id = r.id
      FROM carried AS c JOIN product_revisions AS r USING (product_id, sha256)
      WHERE l.id = ANY(batch) AND l.product_id = c.product_id AND l.terms = c.terms;
    last := batch[array_upper(batch, 1)];
    COMMIT;
  END LOOP;
END $$
"""


def build_bridge() -> None:
    """Let lines that come with terms alone get their revision."""
    op.execute(CANONICAL)
    op.execute(BRIDGE)
    op.execute(
        "CREATE TRIGGER order_lines_revision BEFORE INSERT ON order_lines FOR EACH ROW "
        "WHEN (NEW.product_revision_id IS NULL OR NEW.terms IS NULL) "
        "EXECUTE FUNCTION order_lines_revision()"
    )


def drop_bridge() -> None:
    """Take the trigger and its functions away."""
    op.execute("DROP TRIGGER IF EXISTS order_lines_revision ON order_lines")
    for name in ("order_lines_revision()", "canonical_json(jsonb)"):
        op.execute(f"-- squawk-ignore ban-drop-function\nDROP FUNCTION IF EXISTS {name}")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "product_revisions",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("product_id", sa.UUID(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_product_revisions_product_id_products")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_revisions")),
        sa.UniqueConstraint(
            "product_id", "sha256", name=op.f("uq_product_revisions_product_id_sha256")
        ),
    )
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON product_revisions FROM makeready_app")
    op.execute(
        "CREATE TRIGGER product_revisions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
        "ON product_revisions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.add_column("order_lines", sa.Column("product_revision_id", sa.UUID(), nullable=True))
    op.execute(
        "ALTER TABLE order_lines ADD CONSTRAINT fk_order_lines_product_revision_id_product_revisions "
        "FOREIGN KEY (product_revision_id) REFERENCES product_revisions (id) NOT VALID"
    )
    op.execute(
        "-- squawk-ignore ban-drop-not-null\n"
        "ALTER TABLE order_lines ALTER COLUMN terms DROP NOT NULL"
    )
    build_bridge()
    with op.get_context().autocommit_block():
        # a large table takes its time, and nobody waits for it
        op.execute("SET statement_timeout = 0")
        op.execute(FILL)
        op.execute(
            "ALTER TABLE order_lines ADD CONSTRAINT revision_known "
            "CHECK (product_revision_id IS NOT NULL) NOT VALID"
        )
        op.execute("SET statement_timeout = '60s'")


def downgrade() -> None:
    """Undo."""
    drop_bridge()
    op.execute(
        "ALTER TABLE order_lines ADD CONSTRAINT terms_kept CHECK (terms IS NOT NULL) NOT VALID"
    )
    op.execute("ALTER TABLE order_lines VALIDATE CONSTRAINT terms_kept")
    op.alter_column("order_lines", "terms", nullable=False)
    op.execute("ALTER TABLE order_lines DROP CONSTRAINT terms_kept")
    op.drop_column("order_lines", "product_revision_id")
    op.drop_table("product_revisions")
