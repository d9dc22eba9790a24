"""A job is put on hold by itself: why, beside its state, for lists."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034_jobs_on_hold"
down_revision = "0033_started_operations"
branch_labels = None
depends_on = None

HELD = "ix_jobs_held"


def upgrade() -> None:
    """Apply. A lock that takes too long stops it between its steps: each can be done again."""
    op.execute("ALTER TABLE jobs ADD COLUMN IF NOT EXISTS hold_reason varchar(500)")
    op.execute(
        "-- squawk-ignore ban-drop-constraint\n"
        "ALTER TABLE jobs DROP CONSTRAINT IF EXISTS ck_jobs_hold_reason"
    )
    op.execute(
        "ALTER TABLE jobs ADD CONSTRAINT ck_jobs_hold_reason CHECK (hold_reason <> '') NOT VALID"
    )
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE jobs VALIDATE CONSTRAINT ck_jobs_hold_reason")
        op.create_index(
            HELD,
            "jobs",
            ["order_id"],
            postgresql_where=sa.text("hold_reason IS NOT NULL"),
            postgresql_concurrently=True,
            if_not_exists=True,
        )


def downgrade() -> None:
    """Take back. Holds that are open then show on no list any more."""
    with op.get_context().autocommit_block():
        op.drop_index(HELD, "jobs", postgresql_concurrently=True, if_exists=True)
    op.drop_column("jobs", "hold_reason")
