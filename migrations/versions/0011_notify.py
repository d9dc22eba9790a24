"""Tables of the room notify."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011_notify"
down_revision = "0010_fulfilment"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "messages",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=200), nullable=False),
        sa.Column("stream_id", sa.UUID(), nullable=True),
        sa.Column("event_id", sa.UUID(), nullable=True),
        sa.Column("resend_of_id", sa.UUID(), nullable=True),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("recipient", sa.String(length=320), nullable=False),
        sa.Column("template", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("body_text", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("suppressed_reason", sa.String(length=300), nullable=True),
        sa.Column("provider_message_id", sa.String(length=200), nullable=True),
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
            "(state = 'suppressed') = (suppressed_reason IS NOT NULL)",
            name=op.f("ck_messages_reason"),
        ),
        sa.CheckConstraint(
            "sent_at IS NOT NULL OR state NOT IN ('delivered', 'opened')",
            name=op.f("ck_messages_sent"),
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_messages_attempts")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_messages_event_id_events")
        ),
        sa.ForeignKeyConstraint(
            ["resend_of_id"], ["messages.id"], name=op.f("fk_messages_resend_of_id_messages")
        ),
        sa.ForeignKeyConstraint(
            ["stream_id"], ["orders.id"], name=op.f("fk_messages_stream_id_orders")
        ),
        sa.CheckConstraint(
            "state IN ('queued', 'sending', 'sent', 'delivered', 'opened', 'bounced', 'failed', 'unknown', 'suppressed')",
            name=op.f("ck_messages_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_messages_idempotency_key")),
        sa.UniqueConstraint("provider_message_id", name=op.f("uq_messages_provider_message_id")),
        sa.UniqueConstraint("resend_of_id", name=op.f("uq_messages_resend_of_id")),
    )
    op.create_index(
        "ix_messages_open",
        "messages",
        ["id"],
        unique=False,
        postgresql_where=sa.text("state IN ('queued', 'sending')"),
    )
    op.create_index(op.f("ix_messages_state_id"), "messages", ["state", "id"], unique=False)
    op.create_index(op.f("ix_messages_stream_id_id"), "messages", ["stream_id", "id"], unique=False)


def downgrade() -> None:
    """Undo."""
    op.drop_index(op.f("ix_messages_stream_id_id"), table_name="messages")
    op.drop_index(op.f("ix_messages_state_id"), table_name="messages")
    op.drop_index(
        "ix_messages_open",
        table_name="messages",
        postgresql_where=sa.text("state IN ('queued', 'sending')"),
    )
    op.drop_table("messages")
