"""Passkeys, and tries to sign in with one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040_passkeys"
down_revision = "0039_corrected_counts"
branch_labels = None
depends_on = None

TRIES = "sign_in_attempts"
KINDS = "'password', 'reset', 'link', 'factor', 'pin', 'badge'"
INDEXES = {"ix_passkeys_staff_id": "staff_id", "ix_passkeys_credential_id": "credential_id"}


def upgrade() -> None:
    """Apply. A lock that takes too long stops it between its steps: each can be done again."""
    op.create_table(
        "passkeys",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("staff_id", sa.UUID(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True)),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.CheckConstraint("sign_count >= 0", name=op.f("ck_passkeys_sign_count")),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_passkeys_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        if_not_exists=True,
    )
    with op.get_context().autocommit_block():
        for name, column in INDEXES.items():
            op.create_index(
                name,
                "passkeys",
                [column],
                unique=column == "credential_id",
                postgresql_concurrently=True,
                if_not_exists=True,
            )
    _kinds(f"{KINDS}, 'passkey'")


def downgrade() -> None:
    """Take back. Whoever had passkeys alone signs in with the password, and is asked for a second factor
    where their role must have one; tries of the new kind count for minutes only."""
    op.execute(
        "UPDATE staff SET second_factor_at = NULL WHERE id IN (SELECT staff_id FROM passkeys) "
        "AND id NOT IN (SELECT staff_id FROM authenticators)"
    )
    op.execute(f"DELETE FROM {TRIES} WHERE kind = 'passkey'")
    _kinds(KINDS)
    op.drop_table("passkeys")


def _kinds(kinds: str) -> None:
    op.execute(
        "-- squawk-ignore ban-drop-constraint\n"
        f"ALTER TABLE {TRIES} DROP CONSTRAINT IF EXISTS ck_{TRIES}_kind"
    )
    op.execute(
        f"ALTER TABLE {TRIES} ADD CONSTRAINT ck_{TRIES}_kind CHECK (kind IN ({kinds})) NOT VALID"
    )
    with op.get_context().autocommit_block():
        op.execute(f"ALTER TABLE {TRIES} VALIDATE CONSTRAINT ck_{TRIES}_kind")
