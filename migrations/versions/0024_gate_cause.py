"""A closed gate says by a code what it waits for; its sentence is for people only."""

from __future__ import annotations

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
    """Apply. A lock that takes too long stops it between its steps: each can be done again."""
    op.execute(
        "-- squawk-ignore adding-not-nullable-field\n"
        "ALTER TABLE job_gates ADD COLUMN IF NOT EXISTS cause varchar(16) DEFAULT '' NOT NULL"
    )
    op.execute(FILL)
    op.execute(
        "-- squawk-ignore ban-drop-constraint\n"
        "ALTER TABLE job_gates DROP CONSTRAINT IF EXISTS ck_job_gates_cause"
    )
    op.execute(
        "ALTER TABLE job_gates ADD CONSTRAINT ck_job_gates_cause "
        f"CHECK (cause IN ({CAUSES})) NOT VALID"
    )
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE job_gates VALIDATE CONSTRAINT ck_job_gates_cause")


def downgrade() -> None:
    """Undo."""
    op.drop_column("job_gates", "cause")
