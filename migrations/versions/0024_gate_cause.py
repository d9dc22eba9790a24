"""A closed gate says by a code what it waits for; its sentence is for people only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024_gate_cause"
down_revision = "0023_holds"
branch_labels = None
depends_on = None

CAUSES = "'', 'approval', 'reservation', 'payment', 'new_version', 'short_stock', 'other'"
FILL = """
  UPDATE job_gates SET cause = CASE
    WHEN key = 'material' AND waits_for LIKE '%available%' THEN 'short_stock'
    WHEN key = 'material' THEN 'reservation'
    WHEN key = 'payment' THEN 'payment'
    WHEN waits_for LIKE '%new version%' THEN 'new_version'
    ELSE 'approval' END
  WHERE NOT is_open AND cause = ''
"""


def upgrade() -> None:
    """Apply."""
    op.add_column("job_gates", sa.Column("cause", sa.String(16), server_default="", nullable=False))
    op.execute(FILL)
    op.execute(
        "ALTER TABLE job_gates ADD CONSTRAINT ck_job_gates_cause "
        f"CHECK (cause IN ({CAUSES})) NOT VALID"
    )
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE job_gates VALIDATE CONSTRAINT ck_job_gates_cause")


def downgrade() -> None:
    """Undo."""
    op.drop_column("job_gates", "cause")
