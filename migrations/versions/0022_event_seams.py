"""Chains remember when they were verified; done deliveries can be purged; nothing refers to events by
a foreign key, so that they can be divided by month."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022_event_seams"
down_revision = "0021_idempotency"
branch_labels = None
depends_on = None

REFERRING = ("outbox", "event_deliveries", "messages")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "chain_checks",
        sa.Column("stream_id", postgresql.UUID(as_uuid=True), nullable=False),
        sa.Column("seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("hash", sa.String(64), server_default="0" * 64, nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("whole_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("broken", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["stream_id"],
            ["event_streams.stream_id"],
            name=op.f("fk_chain_checks_stream_id_event_streams"),
        ),
        sa.PrimaryKeyConstraint("stream_id", name=op.f("pk_chain_checks")),
    )
    op.create_index(op.f("ix_chain_checks_checked_at"), "chain_checks", ["checked_at"])
    op.create_index(
        "ix_chain_checks_whole_at", "chain_checks", [sa.text("whole_at NULLS FIRST"), "stream_id"]
    )
    for table in REFERRING:
        op.execute(
            "-- squawk-ignore ban-drop-constraint\n"
            f"ALTER TABLE {table} DROP CONSTRAINT fk_{table}_event_id_events"
        )
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_event_deliveries_done",
            "event_deliveries",
            ["updated_at"],
            postgresql_where=sa.text("state = 'done'"),
            postgresql_concurrently=True,
            if_not_exists=True,
        )


def downgrade() -> None:
    """Undo."""
    with op.get_context().autocommit_block():
        op.drop_index(
            "ix_event_deliveries_done",
            "event_deliveries",
            postgresql_concurrently=True,
            if_exists=True,
        )
    for table in REFERRING:
        name = op.f(f"fk_{table}_event_id_events")
        op.create_foreign_key(
            name, table, "events", ["event_id"], ["id"], postgresql_not_valid=True
        )
        op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")
    op.drop_table("chain_checks")
