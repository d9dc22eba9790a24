"""Events seal the rows that are written once; anchors are written once as well."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014_seals"
down_revision = "0013_reports"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "events",
        sa.Column(
            "seals", postgresql.JSONB(astext_type=sa.Text(), none_as_null=True), nullable=True
        ),
    )
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON event_anchors FROM makeready_app")
    op.execute(
        "CREATE TRIGGER event_anchors_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
        "ON event_anchors FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    """Undo."""
    op.execute("DROP TRIGGER event_anchors_append_only ON event_anchors")
    op.execute("GRANT UPDATE, DELETE ON event_anchors TO makeready_app")
    op.drop_column("events", "seals")
