"""An order says that it will be collected, or where it goes; for those from before it stays unsaid."""

from __future__ import annotations

from alembic import op

revision = "0045_delivery"
down_revision = "0044_counted_letters"
branch_labels = None
depends_on = None

CHECK = "ck_orders_pickup"


def upgrade() -> None:
    """Apply. Each step can be done again; no row is rewritten."""
    op.execute(
        "ALTER TABLE orders ADD COLUMN IF NOT EXISTS is_pickup boolean DEFAULT false NOT NULL"
    )
    op.execute(
        "-- squawk-ignore ban-drop-constraint\n"
        f"ALTER TABLE orders DROP CONSTRAINT IF EXISTS {CHECK}"
    )
    op.execute(
        f"ALTER TABLE orders ADD CONSTRAINT {CHECK} "
        "CHECK (NOT is_pickup OR ship_to = '{}') NOT VALID"
    )
    with op.get_context().autocommit_block():
        op.execute(f"ALTER TABLE orders VALIDATE CONSTRAINT {CHECK}")


def downgrade() -> None:
    """Take back."""
    op.drop_column("orders", "is_pickup")
