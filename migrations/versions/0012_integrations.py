"""Tables of the room integrations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012_integrations"
down_revision = "0011_notify"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "sync_intents",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("target", sa.String(length=40), nullable=False),
        sa.Column("stream_id", sa.UUID(), nullable=True),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column(
            "outcome", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
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
            "state <> 'sent' OR outcome IS NOT NULL", name=op.f("ck_sync_intents_outcome")
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_sync_intents_attempts")),
        sa.ForeignKeyConstraint(
            ["stream_id"], ["orders.id"], name=op.f("fk_sync_intents_stream_id_orders")
        ),
        sa.CheckConstraint(
            "state IN ('intended', 'sending', 'sent', 'failed', 'unknown')",
            name=op.f("ck_sync_intents_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_intents")),
        sa.UniqueConstraint("key", name=op.f("uq_sync_intents_key")),
    )
    op.create_index(op.f("ix_sync_intents_state_id"), "sync_intents", ["state", "id"], unique=False)
    op.create_index(op.f("ix_sync_intents_stream_id"), "sync_intents", ["stream_id"], unique=False)


def downgrade() -> None:
    """Undo."""
    op.drop_index(op.f("ix_sync_intents_stream_id"), table_name="sync_intents")
    op.drop_index(op.f("ix_sync_intents_state_id"), table_name="sync_intents")
    op.drop_table("sync_intents")
