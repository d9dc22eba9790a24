"""Messages say which contact or member of staff they are for; waiting deliveries get the new name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020_message_recipients"
down_revision = "0019_old_intents"
branch_labels = None
depends_on = None

RENAME = (
    "UPDATE event_deliveries SET reaction = '{new}' "
    "WHERE reaction = '{old}' AND state IN ('pending', 'running', 'dead')"
)


def upgrade() -> None:
    """Apply. Deliveries that are done keep the name under which they were done."""
    op.add_column("messages", sa.Column("recipient_id", sa.UUID(), nullable=True))
    op.execute(RENAME.format(old="letter", new="queue_messages"))


def downgrade() -> None:
    """Undo."""
    op.execute(RENAME.format(old="queue_messages", new="letter"))
    op.drop_column("messages", "recipient_id")
