"""Tables of the room reports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013_reports"
down_revision = "0012_integrations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "exports",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("requested_by_id", sa.UUID(), nullable=True),
        sa.Column("requested_by_label", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("filters", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("storage_key", sa.String(length=300), nullable=True),
        sa.Column("rows", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
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
        sa.CheckConstraint(
            "state <> 'ready' OR (storage_key IS NOT NULL AND rows IS NOT NULL)",
            name=op.f("ck_exports_ready"),
        ),
        sa.CheckConstraint("rows >= 0", name=op.f("ck_exports_rows")),
        sa.CheckConstraint(
            "state IN ('requested', 'ready', 'failed')", name=op.f("ck_exports_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exports")),
        sa.UniqueConstraint("storage_key", name=op.f("uq_exports_storage_key")),
    )
    op.create_index(
        op.f("ix_exports_requested_by_id_id"), "exports", ["requested_by_id", "id"], unique=False
    )


def downgrade() -> None:
    """Undo."""
    op.drop_index(op.f("ix_exports_requested_by_id_id"), table_name="exports")
    op.drop_table("exports")
