"""A count that was entered wrongly is taken back by a row of its own, which names the one it corrects."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0039_corrected_counts"
down_revision = "0038_second_factor"
branch_labels = None
depends_on = None

UNIQUE = "uq_quantity_events_corrects_id"
CHECKS = {
    "counts": "passed >= 0 AND spoiled >= 0 AND cancelled >= 0",
    "good": "good >= 0 OR (operation_id IS NULL AND spoiled = -good)",
}


def replace_checks(more: str) -> None:
    """Put the checks in anew with `more` behind each; those who write meanwhile meet either."""
    for name, rule in CHECKS.items():
        op.execute(
            "-- squawk-ignore ban-drop-constraint\n"
            f"ALTER TABLE quantity_events DROP CONSTRAINT IF EXISTS ck_quantity_events_{name}"
        )
        op.execute(
            f"ALTER TABLE quantity_events ADD CONSTRAINT ck_quantity_events_{name} "
            f"CHECK (({rule}){more}) NOT VALID"
        )


def upgrade() -> None:
    """Apply. Each step can be done again."""
    op.execute("ALTER TABLE quantity_events ADD COLUMN IF NOT EXISTS corrects_id uuid")
    replace_checks(" OR corrects_id IS NOT NULL")
    op.execute(
        "-- squawk-ignore ban-drop-constraint\n"
        "ALTER TABLE quantity_events DROP CONSTRAINT IF EXISTS "
        "fk_quantity_events_corrects_id_quantity_events"
    )
    op.execute(
        "ALTER TABLE quantity_events ADD CONSTRAINT fk_quantity_events_corrects_id_quantity_events "
        "FOREIGN KEY (corrects_id) REFERENCES quantity_events (id) NOT VALID"
    )
    with op.get_context().autocommit_block():
        for name in CHECKS:
            op.execute(f"ALTER TABLE quantity_events VALIDATE CONSTRAINT ck_quantity_events_{name}")
        op.execute(
            "ALTER TABLE quantity_events VALIDATE CONSTRAINT "
            "fk_quantity_events_corrects_id_quantity_events"
        )
        op.create_index(
            UNIQUE,
            "quantity_events",
            ["corrects_id"],
            unique=True,
            postgresql_where=sa.text("corrects_id IS NOT NULL"),
            postgresql_concurrently=True,
            if_not_exists=True,
        )


def downgrade() -> None:
    """Take back. Corrections that were made stay as they are; none can be added."""
    with op.get_context().autocommit_block():
        op.drop_index(UNIQUE, "quantity_events", postgresql_concurrently=True, if_exists=True)
    replace_checks("")
    op.drop_column("quantity_events", "corrects_id")
