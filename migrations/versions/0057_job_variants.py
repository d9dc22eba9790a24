"""A job says how many of its pieces are of each variant; those from before have none."""

from __future__ import annotations

from alembic import op

revision = "0057_job_variants"
down_revision = "0056_rates"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. It can be done again; no row is rewritten."""
    op.execute("ALTER TABLE jobs ADD COLUMN IF NOT EXISTS breakdown jsonb DEFAULT '{}' NOT NULL")


def downgrade() -> None:
    """Take back."""
    op.drop_column("jobs", "breakdown")
