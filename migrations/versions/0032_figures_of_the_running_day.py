"""Daily figures are kept up to a moment: what came on the running day is summed once as well."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032_figures_of_the_running_day"
down_revision = "0031_coarser_hours"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. The table has one row: no statement takes longer than it takes to lock it.

    The former column stays while processes of the release before read it.
    """
    op.add_column("daily_figures_kept", sa.Column("until", sa.DateTime(timezone=True)))
    op.execute("UPDATE daily_figures_kept SET until = first_open_day::timestamp AT TIME ZONE zone")
    op.execute(
        "-- squawk-ignore adding-not-nullable-field\n"
        "ALTER TABLE daily_figures_kept ALTER COLUMN until SET NOT NULL"
    )


def downgrade() -> None:
    """Take back: the running day is summed from its rows again."""
    op.execute("UPDATE daily_figures_kept SET first_open_day = (until AT TIME ZONE zone)::date")
    op.execute(
        "DELETE FROM daily_figures WHERE day >= (SELECT first_open_day FROM daily_figures_kept)"
    )
    op.drop_column("daily_figures_kept", "until")
