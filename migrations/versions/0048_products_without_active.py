"""Products say by their state alone whether they are on offer; run once every process is of this version."""

from __future__ import annotations

from typing import Any

from alembic import context, op

revision = "0048_products_without_active"
down_revision = "0047_family_tree"
branch_labels = None
depends_on = None


def _before() -> Any:
    """Return the migration before, which knows the trigger that works between the two."""
    return context.script.get_revision(down_revision).module


def upgrade() -> None:
    """Apply."""
    _before().drop_state_bridge()
    op.execute("-- squawk-ignore ban-drop-column\nALTER TABLE products DROP COLUMN active")


def downgrade() -> None:
    """Undo."""
    op.execute("ALTER TABLE products ADD COLUMN active boolean")
    op.execute("UPDATE products SET active = state = 'active'")
    op.create_index(op.f("ix_products_active"), "products", ["active"])
    _before().build_state_bridge()
