"""A second factor at sign-in, and a PIN or badge at stations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038_second_factor"
down_revision = "0037_upload_limits"
branch_labels = None
depends_on = None

STAFF = {
    "second_factor_at": "timestamptz",
    "second_factor_due_at": "timestamptz",
    "pin_hash": "varchar(255)",
    "badge_hash": "varchar(64)",
}
BADGE = "ix_staff_badge_hash"


def upgrade() -> None:
    """Apply. A lock that takes too long stops it between its steps: each can be done again."""
    for name, kind in STAFF.items():
        op.execute(f"ALTER TABLE staff ADD COLUMN IF NOT EXISTS {name} {kind}")
    op.execute(
        "ALTER TABLE staff_sessions ADD COLUMN IF NOT EXISTS method varchar(16) "
        "DEFAULT 'password' NOT NULL"
    )
    op.create_table(
        "authenticators",
        *_of_a_person("authenticators"),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("staff_id", name="uq_authenticators_staff_id"),
        if_not_exists=True,
    )
    op.create_table(
        "recovery_codes",
        *_of_a_person("recovery_codes"),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        if_not_exists=True,
    )
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_recovery_codes_staff_id",
            "recovery_codes",
            ["staff_id"],
            postgresql_concurrently=True,
            if_not_exists=True,
        )
        op.create_index(
            BADGE,
            "staff",
            ["badge_hash"],
            unique=True,
            postgresql_concurrently=True,
            if_not_exists=True,
        )


def downgrade() -> None:
    """Take back. People sign in with their passwords alone."""
    with op.get_context().autocommit_block():
        op.drop_index(BADGE, "staff", postgresql_concurrently=True, if_exists=True)
    op.drop_table("recovery_codes")
    op.drop_table("authenticators")
    op.drop_column("staff_sessions", "method")
    for name in STAFF:
        op.drop_column("staff", name)


def _of_a_person(table: str) -> tuple[sa.Column[object] | sa.Constraint, ...]:
    """Return the columns and keys of rows that belong to a member of staff."""
    return (
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("staff_id", sa.UUID(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=f"fk_{table}_staff_id_staff"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )
