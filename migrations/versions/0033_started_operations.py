"""A station finds what was started there last and what is next, however much is under way."""

from __future__ import annotations

from alembic import op

revision = "0033_started_operations"
down_revision = "0032_figures_of_the_running_day"
branch_labels = None
depends_on = None

INDEXES = (
    (
        "ix_operations_started",
        "operations (work_centre_id, started_at) WHERE state IN ('running', 'paused')",
    ),
    (
        "ix_operations_pending",
        "operations (job_id, position) INCLUDE (work_centre_id) WHERE state = 'pending'",
    ),
)


def upgrade() -> None:
    """Apply."""
    with op.get_context().autocommit_block():
        op.execute("SET statement_timeout = 0")
        for name, target in INDEXES:
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            op.execute(f"CREATE INDEX CONCURRENTLY {name} ON {target}")
        op.execute("SET statement_timeout = '60s'")


def downgrade() -> None:
    """Undo."""
    with op.get_context().autocommit_block():
        for name, _ in INDEXES:
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
