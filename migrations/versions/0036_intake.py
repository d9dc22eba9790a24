"""Uploads: the hash that the browser declared, and when what it sent was removed from the intake."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036_intake"
down_revision = "0035_known_browsers"
branch_labels = None
depends_on = None

UNCLEARED = "ix_uploads_uncleared"


def upgrade() -> None:
    """Apply. A lock that takes too long stops it between its steps: each can be done again."""
    op.execute("ALTER TABLE uploads ADD COLUMN IF NOT EXISTS declared_sha256 varchar(64)")
    op.execute("ALTER TABLE uploads ADD COLUMN IF NOT EXISTS cleared_at timestamptz")
    with op.get_context().autocommit_block():
        op.create_index(
            UNCLEARED,
            "uploads",
            ["updated_at"],
            postgresql_where=sa.text(
                "cleared_at IS NULL AND state IN ('ready', 'refused', 'abandoned')"
            ),
            postgresql_concurrently=True,
            if_not_exists=True,
        )


def downgrade() -> None:
    """Take back. What was removed from the intake is then looked for once more."""
    with op.get_context().autocommit_block():
        op.drop_index(UNCLEARED, "uploads", postgresql_concurrently=True, if_exists=True)
    op.drop_column("uploads", "cleared_at")
    op.drop_column("uploads", "declared_sha256")
