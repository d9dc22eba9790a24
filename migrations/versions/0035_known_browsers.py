"""Browsers that a person has signed in with, and tries at sign-in counted by network and account."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035_known_browsers"
down_revision = "0034_jobs_on_hold"
branch_labels = None
depends_on = None

TABLE = "sign_in_attempts"
KINDS = "'password', 'reset', 'link'"
INDEXES = {
    "ix_sign_in_attempts_kind_account_key_created_at": ["kind", "account_key", "created_at"],
    "ix_sign_in_attempts_kind_network_created_at": ["kind", "network", "created_at"],
}
FORMER = {
    "ix_sign_in_attempts_kind_account_key_ip_created_at": [
        "kind",
        "account_key",
        "ip",
        "created_at",
    ],
    "ix_sign_in_attempts_kind_ip_created_at": ["kind", "ip", "created_at"],
}


def upgrade() -> None:
    """Apply. A lock that takes too long stops it between its steps: each can be done again."""
    op.create_table(
        "known_browsers",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("staff_id", sa.UUID(), nullable=False),
        sa.Column("browser_key", sa.String(64), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name="fk_known_browsers_staff_id_staff"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_known_browsers"),
        sa.UniqueConstraint(
            "staff_id", "browser_key", name="uq_known_browsers_staff_id_browser_key"
        ),
        if_not_exists=True,
    )
    for name, width in (("network", 45), ("browser_key", 64)):
        op.execute(
            f"ALTER TABLE {TABLE} ADD COLUMN IF NOT EXISTS {name} varchar({width}) "
            "DEFAULT '' NOT NULL"
        )
    _kinds(f"{KINDS}, 'factor', 'pin', 'badge'")
    _swap_indexes(INDEXES, FORMER)


def downgrade() -> None:
    """Take back. Tries of the new kinds are forgotten: they count for minutes only."""
    op.execute(f"DELETE FROM {TABLE} WHERE kind NOT IN ({KINDS})")
    _kinds(KINDS)
    _swap_indexes(FORMER, INDEXES)
    op.drop_column(TABLE, "browser_key")
    op.drop_column(TABLE, "network")
    op.drop_table("known_browsers")


def _kinds(kinds: str) -> None:
    op.execute(
        "-- squawk-ignore ban-drop-constraint\n"
        f"ALTER TABLE {TABLE} DROP CONSTRAINT IF EXISTS ck_{TABLE}_kind"
    )
    op.execute(
        f"ALTER TABLE {TABLE} ADD CONSTRAINT ck_{TABLE}_kind CHECK (kind IN ({kinds})) NOT VALID"
    )
    with op.get_context().autocommit_block():
        op.execute(f"ALTER TABLE {TABLE} VALIDATE CONSTRAINT ck_{TABLE}_kind")


def _swap_indexes(new: dict[str, list[str]], old: dict[str, list[str]]) -> None:
    with op.get_context().autocommit_block():
        for name, columns in new.items():
            op.create_index(name, TABLE, columns, postgresql_concurrently=True, if_not_exists=True)
        for name in old:
            op.drop_index(name, TABLE, postgresql_concurrently=True, if_exists=True)
