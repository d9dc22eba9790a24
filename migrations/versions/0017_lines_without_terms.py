"""Order lines carry no terms of their own any more; run once every process is of this version."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

revision = "0017_lines_without_terms"
down_revision = "0016_product_revisions"
branch_labels = None
depends_on = None

FILL_BACK = """
DO $$
DECLARE
  batch uuid[];
  last uuid := '00000000-0000-0000-0000-000000000000';
BEGIN
  LOOP
    SELECT array_agg(id ORDER BY id) INTO batch FROM (
      SELECT id FROM order_lines WHERE terms IS NULL AND id > last
      ORDER BY id LIMIT 2000) AS chosen;
    EXIT WHEN batch IS NULL;
    UPDATE order_lines AS l SET terms = r.content FROM product_revisions AS r
      WHERE l.id = ANY(batch) AND r.id = l.product_revision_id;
    last := batch[array_upper(batch, 1)];
    COMMIT;
  END LOOP;
END $$
"""


def _before() -> Any:
    """Return the migration before, which knows the trigger that works between the two."""
    return context.script.get_revision(down_revision).module


def upgrade() -> None:
    """Apply."""
    op.execute(
        "ALTER TABLE order_lines VALIDATE CONSTRAINT "
        "fk_order_lines_product_revision_id_product_revisions"
    )
    op.execute("ALTER TABLE order_lines VALIDATE CONSTRAINT revision_known")
    op.alter_column("order_lines", "product_revision_id", nullable=False)
    op.execute(
        "-- squawk-ignore ban-drop-constraint\n"
        "ALTER TABLE order_lines DROP CONSTRAINT revision_known"
    )
    _before().drop_bridge()
    op.execute("-- squawk-ignore ban-drop-column\nALTER TABLE order_lines DROP COLUMN terms")


def downgrade() -> None:
    """Undo."""
    op.add_column(
        "order_lines",
        sa.Column("terms", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    )
    op.alter_column("order_lines", "product_revision_id", nullable=True)
    _before().build_bridge()
    with op.get_context().autocommit_block():
        op.execute("SET statement_timeout = 0")
        op.execute(FILL_BACK)
        op.execute(
            "ALTER TABLE order_lines ADD CONSTRAINT revision_known "
            "CHECK (product_revision_id IS NOT NULL) NOT VALID"
        )
        op.execute("SET statement_timeout = '60s'")
