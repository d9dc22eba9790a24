"""Letters that strangers cause are counted with the tries at sign-in, by a kind of their own."""

from __future__ import annotations

from alembic import op

revision = "0044_counted_letters"
down_revision = "0043_before_write"
branch_labels = None
depends_on = None

TABLE, NAME = "sign_in_attempts", "ck_sign_in_attempts_kind"
KINDS = ("password", "reset", "link", "factor", "passkey", "pin", "badge")


def upgrade() -> None:
    """Apply."""
    _allow((*KINDS, "letter"))


def downgrade() -> None:
    """Take back. What was counted is forgotten."""
    op.execute(f"DELETE FROM {TABLE} WHERE kind = 'letter'")
    _allow(KINDS)


def _allow(kinds: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    op.execute(
        "-- squawk-ignore ban-drop-constraint\n"
        f"ALTER TABLE {TABLE} DROP CONSTRAINT IF EXISTS {NAME}"
    )
    op.execute(f"ALTER TABLE {TABLE} ADD CONSTRAINT {NAME} CHECK (kind IN ({listed})) NOT VALID")
    with op.get_context().autocommit_block():
        op.execute(f"ALTER TABLE {TABLE} VALIDATE CONSTRAINT {NAME}")
