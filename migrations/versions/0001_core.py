"""Tables of the room core."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001_core"
down_revision = None
branch_labels = None
depends_on = None

ROLE_EXISTS = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'makeready_app') THEN
    RAISE EXCEPTION 'The role makeready_app is missing. Make it first: '
      'CREATE ROLE makeready_app LOGIN PASSWORD ''...''';
  END IF;
END $$
"""
REFUSE_CHANGE = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are written once and never changed or removed', TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END $$
"""
GRANTS = (
    "GRANT USAGE ON SCHEMA public TO makeready_app",
    "GRANT SELECT ON alembic_version TO makeready_app",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public "
    "GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO makeready_app",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO makeready_app",
)
REVOKES = (
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM makeready_app",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM makeready_app",
    "REVOKE SELECT ON alembic_version FROM makeready_app",
    "REVOKE USAGE ON SCHEMA public FROM makeready_app",
    "DROP FUNCTION refuse_change()",
)

APPEND_ONLY = ("events",)


def protect(table: str) -> None:
    """Let rows of `table` be written and read, never changed or removed."""
    op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM makeready_app")
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def upgrade() -> None:
    """Apply."""
    op.execute(ROLE_EXISTS)
    op.execute(REFUSE_CHANGE)
    for statement in GRANTS:
        op.execute(statement)
    op.create_table(
        "event_anchors",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("storage_key", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("upto", sa.UUID(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_anchors")),
        sa.UniqueConstraint("storage_key", name=op.f("uq_event_anchors_storage_key")),
    )
    op.create_table(
        "event_streams",
        sa.Column("stream_id", sa.UUID(), nullable=False),
        sa.Column("head_seq", sa.BigInteger(), nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("head_seq >= 0", name=op.f("ck_event_streams_seq")),
        sa.PrimaryKeyConstraint("stream_id", name=op.f("pk_event_streams")),
    )
    op.create_table(
        "events",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("subject_kind", sa.String(length=64), nullable=False),
        sa.Column("subject_id", sa.UUID(), nullable=False),
        sa.Column("stream_id", sa.UUID(), nullable=False),
        sa.Column("stream_seq", sa.BigInteger(), nullable=False),
        sa.Column("actor_kind", sa.String(length=16), nullable=False),
        sa.Column("actor_id", sa.UUID(), nullable=True),
        sa.Column("actor_label", sa.String(length=200), nullable=False),
        sa.Column("door", sa.String(length=16), nullable=False),
        sa.Column(
            "before", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column(
            "after", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column(
            "data", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["stream_id"],
            ["event_streams.stream_id"],
            name=op.f("fk_events_stream_id_event_streams"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("stream_id", "stream_seq", name=op.f("uq_events_stream_id_stream_seq")),
    )
    op.create_index(op.f("ix_events_at_id"), "events", ["at", "id"], unique=False)
    op.create_index(op.f("ix_events_name_at"), "events", ["name", "at"], unique=False)
    op.create_index(
        op.f("ix_events_subject_kind_subject_id"),
        "events",
        ["subject_kind", "subject_id"],
        unique=False,
    )
    op.create_table(
        "event_deliveries",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("event_id", sa.UUID(), nullable=False),
        sa.Column("reaction", sa.String(length=64), nullable=False),
        sa.Column("queue", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("enqueued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'running', 'done', 'dead')",
            name=op.f("ck_event_deliveries_state"),
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_event_deliveries_event_id_events")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_deliveries")),
        sa.UniqueConstraint(
            "event_id", "reaction", name=op.f("uq_event_deliveries_event_id_reaction")
        ),
    )
    op.create_index(
        "ix_event_deliveries_dead",
        "event_deliveries",
        ["id"],
        unique=False,
        postgresql_where=sa.text("state = 'dead'"),
    )
    op.create_index(
        "ix_event_deliveries_open",
        "event_deliveries",
        ["state", "due_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('pending', 'running')"),
    )
    op.create_table(
        "outbox",
        sa.Column("position", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("event_id", sa.UUID(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_outbox_event_id_events")
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_outbox")),
        sa.UniqueConstraint("event_id", name=op.f("uq_outbox_event_id")),
    )
    for table in APPEND_ONLY:
        protect(table)


def downgrade() -> None:
    """Undo."""
    op.drop_table("outbox")
    op.drop_index(
        "ix_event_deliveries_open",
        table_name="event_deliveries",
        postgresql_where=sa.text("state IN ('pending', 'running')"),
    )
    op.drop_index(
        "ix_event_deliveries_dead",
        table_name="event_deliveries",
        postgresql_where=sa.text("state = 'dead'"),
    )
    op.drop_table("event_deliveries")
    op.drop_index(op.f("ix_events_subject_kind_subject_id"), table_name="events")
    op.drop_index(op.f("ix_events_name_at"), table_name="events")
    op.drop_index(op.f("ix_events_at_id"), table_name="events")
    op.drop_table("events")
    op.drop_table("event_streams")
    op.drop_table("event_anchors")
    for statement in REVOKES:
        op.execute(statement)
