"""The tables that outbound_intents replaces are dropped; going back fills them again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

revision = "0019_old_intents"
down_revision = "0018_outbound"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
BACK = (
    """
    INSERT INTO label_intents (id, sequence, key, shipment_id, carrier_key, service, state, attempts,
      error, outcome, created_at, updated_at)
    SELECT id, (payload ->> 'sequence')::bigint, key, subject_id, adapter_key, payload ->> 'service',
      CASE state WHEN 'intended' THEN 'requested' WHEN 'sending' THEN 'buying' WHEN 'sent' THEN 'bought'
        WHEN 'abandoned' THEN 'failed' ELSE state END,
      attempts, coalesce(error, ''), outcome, created_at, updated_at
    FROM outbound_intents WHERE kind = 'carrier'
    """,
    "SELECT setval(pg_get_serial_sequence('label_intents', 'sequence'), nextval('label_numbers'))",
    """
    INSERT INTO sync_intents (id, key, target, stream_id, payload, state, attempts, outcome, error,
      sent_at, created_at, updated_at)
    SELECT id, key, adapter_key, stream_id, payload,
      CASE state WHEN 'abandoned' THEN 'failed' ELSE state END,
      attempts, outcome, error, sent_at, created_at, updated_at
    FROM outbound_intents WHERE kind NOT IN ('carrier', 'channel')
    """,
)


def upgrade() -> None:
    """Apply; what was written to the old tables since the last migration comes along."""
    op.execute("SET LOCAL statement_timeout = 0")
    op.execute(context.script.get_revision(down_revision).module.CARRY)
    for table in ("label_intents", "sync_intents"):
        op.execute(f"-- squawk-ignore ban-drop-table\nDROP TABLE {table}")


def _columns() -> list[sa.Column]:
    now = sa.text("now()")
    return [
        sa.Column("id", sa.UUID(), primary_key=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("outcome", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("created_at", MOMENT, server_default=now, nullable=False),
        sa.Column("updated_at", MOMENT, server_default=now, nullable=False),
    ]


def downgrade() -> None:
    """Undo."""
    op.create_table(
        "label_intents",
        *_columns(),
        sa.Column("sequence", sa.BigInteger(), sa.Identity(start=10000001), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("shipment_id", sa.UUID(), nullable=False),
        sa.Column("carrier_key", sa.String(length=40), nullable=False),
        sa.Column("service", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('requested', 'buying', 'bought', 'failed', 'unknown')",
            name=op.f("ck_label_intents_state"),
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_label_intents_attempts")),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipments.id"], name=op.f("fk_label_intents_shipment_id_shipments")
        ),
        sa.UniqueConstraint("key", name=op.f("uq_label_intents_key")),
        sa.UniqueConstraint("sequence", name=op.f("uq_label_intents_sequence")),
    )
    op.create_index(
        "uq_label_intents_living",
        "label_intents",
        ["shipment_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('requested', 'buying', 'bought', 'unknown')"),
    )
    op.create_table(
        "sync_intents",
        *_columns(),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("target", sa.String(length=40), nullable=False),
        sa.Column("stream_id", sa.UUID(), nullable=True),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "state <> 'sent' OR outcome IS NOT NULL", name=op.f("ck_sync_intents_outcome")
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_sync_intents_attempts")),
        sa.CheckConstraint(
            "state IN ('intended', 'sending', 'sent', 'failed', 'unknown')",
            name=op.f("ck_sync_intents_state"),
        ),
        sa.ForeignKeyConstraint(
            ["stream_id"], ["orders.id"], name=op.f("fk_sync_intents_stream_id_orders")
        ),
        sa.UniqueConstraint("key", name=op.f("uq_sync_intents_key")),
    )
    op.create_index(op.f("ix_sync_intents_state_id"), "sync_intents", ["state", "id"])
    op.create_index(op.f("ix_sync_intents_stream_id"), "sync_intents", ["stream_id"])
    for statement in BACK:
        op.execute(statement)
