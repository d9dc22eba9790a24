"""Uploads: from which network they came; objects that the sweep removes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037_upload_limits"
down_revision = "0036_intake"
branch_labels = None
depends_on = None

NETWORK, UNCLAIMED = "ix_uploads_network", "ix_uploads_unclaimed"
IS_UNCLAIMED = "stream_id IS NULL AND state IN ('receiving', 'uploaded', 'ready')"


def upgrade() -> None:
    """Apply. A lock that takes too long stops it between its steps: each can be done again."""
    op.create_table(
        "object_removals",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("storage_key", sa.String(length=300), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_object_removals")),
        sa.UniqueConstraint("storage_key", name=op.f("uq_object_removals_storage_key")),
        if_not_exists=True,
    )
    op.execute("ALTER TABLE uploads ADD COLUMN IF NOT EXISTS network_key varchar(64)")
    with op.get_context().autocommit_block():
        op.create_index(
            NETWORK,
            "uploads",
            ["network_key", "created_at"],
            postgresql_concurrently=True,
            if_not_exists=True,
        )
        op.create_index(
            UNCLAIMED,
            "uploads",
            ["updated_at"],
            postgresql_where=sa.text(IS_UNCLAIMED),
            postgresql_concurrently=True,
            if_not_exists=True,
        )


def downgrade() -> None:
    """Take back. Objects that were to be removed stay in the storage."""
    with op.get_context().autocommit_block():
        op.drop_index(UNCLAIMED, "uploads", postgresql_concurrently=True, if_exists=True)
        op.drop_index(NETWORK, "uploads", postgresql_concurrently=True, if_exists=True)
    op.drop_column("uploads", "network_key")
    op.drop_table("object_removals")
