"""Holds are records of their own; orders that are on hold get theirs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023_holds"
down_revision = "0022_event_seams"
branch_labels = None
depends_on = None

# Who held it and when stand in the newest event of that name.
CARRY_OVER = """
INSERT INTO holds (id, subject_kind, subject_id, reason, owner_id, owner_label,
                   release_permission, created_at)
SELECT gen_random_uuid(), 'orders', o.id, o.hold_reason,
       CASE WHEN e.actor_kind = 'staff' THEN e.actor_id END, coalesce(e.actor_label, 'Makeready'),
       'order.hold', coalesce(e.at, o.updated_at)
FROM orders o LEFT JOIN LATERAL (
    SELECT actor_kind, actor_id, actor_label, at FROM events
    WHERE stream_id = o.id AND name = 'order.held' ORDER BY stream_seq DESC LIMIT 1
) e ON true
WHERE o.hold_reason IS NOT NULL
"""


def upgrade() -> None:
    """Apply."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "holds",
        sa.Column("id", postgresql.UUID(as_uuid=True), nullable=False),
        sa.Column("subject_kind", sa.String(64), nullable=False),
        sa.Column("subject_id", postgresql.UUID(as_uuid=True), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("owner_id", postgresql.UUID(as_uuid=True), nullable=True),
        sa.Column("owner_label", sa.String(200), nullable=False),
        sa.Column("follow_up_on", sa.Date(), nullable=True),
        sa.Column("release_permission", sa.String(64), nullable=False),
        sa.Column("released_at", moment, nullable=True),
        sa.Column("released_by_label", sa.String(200), nullable=True),
        sa.Column("created_at", moment, server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", moment, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
    )
    is_open = sa.text("released_at IS NULL")
    op.create_index(
        "uq_holds_open",
        "holds",
        ["subject_kind", "subject_id"],
        unique=True,
        postgresql_where=is_open,
    )
    op.create_index("ix_holds_follow_up", "holds", ["follow_up_on"], postgresql_where=is_open)
    op.execute(CARRY_OVER)


def downgrade() -> None:
    """Undo."""
    op.drop_table("holds")
