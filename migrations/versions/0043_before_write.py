"""A write that is under way says whether it has begun: until then it surely has not arrived."""

from __future__ import annotations

from alembic import op

revision = "0043_before_write"
down_revision = "0042_no_stored_links"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. Of writes that are under way nobody knows it: they count as begun."""
    op.execute(
        "ALTER TABLE outbound_intents ADD COLUMN IF NOT EXISTS is_before_write boolean "
        "DEFAULT false NOT NULL"
    )


def downgrade() -> None:
    """Take back."""
    op.drop_column("outbound_intents", "is_before_write")
