"""Proof approval times are kept in two digits: past days are summed anew by the clock's next turns."""

from __future__ import annotations

from alembic import op

revision = "0031_coarser_hours"
down_revision = "0030_search_words"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. Without this row the days that are over are summed from their rows, and kept again."""
    op.execute("DELETE FROM daily_figures_kept")


def downgrade() -> None:
    """Take back: the days are summed anew in the former steps."""
    op.execute("DELETE FROM daily_figures_kept")
