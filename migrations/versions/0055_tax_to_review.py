"""An order says why the tax that was agreed may not be right any more."""

from __future__ import annotations

from alembic import op

revision = "0055_tax_to_review"
down_revision = "0054_catalog_changes"
branch_labels = None
depends_on = None

CHECK, INDEX = "ck_orders_tax_to_review", "ix_orders_tax_to_review"


def upgrade() -> None:
    """Apply. Each step can be done again; no row is rewritten."""
    op.execute("ALTER TABLE orders ADD COLUMN IF NOT EXISTS tax_to_review varchar(500)")
    op.execute(
        "-- squawk-ignore ban-drop-constraint\n"
        f"ALTER TABLE orders DROP CONSTRAINT IF EXISTS {CHECK}"
    )
    op.execute(f"ALTER TABLE orders ADD CONSTRAINT {CHECK} CHECK (tax_to_review <> '') NOT VALID")
    with op.get_context().autocommit_block():
        op.execute(f"ALTER TABLE orders VALIDATE CONSTRAINT {CHECK}")
        op.execute(
            f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {INDEX} ON orders (id) "
            "WHERE tax_to_review IS NOT NULL"
        )


def downgrade() -> None:
    """Take back."""
    op.drop_column("orders", "tax_to_review")
