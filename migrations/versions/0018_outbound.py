"""One table for all writes to other systems, one for the settings of their adapters.

The rows of label_intents and sync_intents and the messages that are not settled are carried over; the
next migration does the same again before it drops the old tables.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018_outbound"
down_revision = "0017_lines_without_terms"
branch_labels = None
depends_on = None

CARRY = """
  INSERT INTO outbound_intents (id, key, kind, adapter_key, subject_kind, subject_id, stream_id,
    payload, state, attempts, outcome, error, sent_at, created_at, updated_at, version_id)
  SELECT i.id, i.key, 'carrier', i.carrier_key, 'shipments', i.shipment_id, s.order_id,
    jsonb_build_object('service', i.service, 'sequence', i.sequence),
    CASE WHEN i.state = 'requested' THEN 'intended' WHEN i.state = 'buying' THEN 'sending'
      WHEN i.state = 'bought' THEN 'sent'
      WHEN i.state = 'failed' AND EXISTS (SELECT FROM label_intents n
        WHERE n.shipment_id = i.shipment_id AND n.sequence > i.sequence) THEN 'abandoned'
      ELSE i.state END,
    i.attempts, i.outcome, nullif(i.error, ''),
    CASE WHEN i.state = 'bought' THEN i.updated_at END, i.created_at, i.updated_at, 1
  FROM label_intents i JOIN shipments s ON s.id = i.shipment_id
  UNION ALL
  SELECT i.id, i.key, 'accounting', i.target, 'orders', coalesce(i.stream_id, i.id), i.stream_id,
    i.payload, i.state, i.attempts, i.outcome, i.error, i.sent_at, i.created_at, i.updated_at, 1
  FROM sync_intents i
  UNION ALL
  SELECT gen_random_uuid(), 'message:' || m.id, 'channel', m.channel, 'messages', m.id, m.stream_id,
    '{}'::jsonb, CASE WHEN m.state = 'queued' THEN 'intended' ELSE m.state END,
    m.attempts, NULL, m.error, NULL, m.created_at, m.updated_at, 1
  FROM messages m WHERE m.state IN ('queued', 'sending', 'failed', 'unknown')
    AND NOT EXISTS (SELECT FROM messages n WHERE n.resend_of_id = m.id)
  ON CONFLICT (key) DO UPDATE SET state = excluded.state, attempts = excluded.attempts,
    outcome = excluded.outcome, error = excluded.error, sent_at = excluded.sent_at,
    updated_at = excluded.updated_at
  WHERE outbound_intents.updated_at < excluded.updated_at
"""
MOMENT = sa.DateTime(timezone=True)


def _moments() -> list[sa.Column]:
    now = sa.text("now()")
    return [
        sa.Column(name, MOMENT, server_default=now, nullable=False)
        for name in ("created_at", "updated_at")
    ]


def upgrade() -> None:
    """Apply."""
    op.execute("CREATE SEQUENCE label_numbers START WITH 10000001")
    op.execute(
        "SELECT setval('label_numbers', coalesce((SELECT max(sequence) FROM label_intents), "
        "10000000) + 1, false)"
    )
    op.create_table(
        "adapter_settings",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("adapter_key", sa.String(length=40), nullable=False),
        sa.Column("values", postgresql.JSONB(), nullable=False),
        sa.Column("secrets", sa.Text(), nullable=True),
        *_moments(),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adapter_settings")),
        sa.UniqueConstraint(
            "kind", "adapter_key", name=op.f("uq_adapter_settings_kind_adapter_key")
        ),
    )
    op.create_table(
        "outbound_intents",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("adapter_key", sa.String(length=40), nullable=False),
        sa.Column("subject_kind", sa.String(length=64), nullable=False),
        sa.Column("subject_id", sa.UUID(), nullable=False),
        sa.Column("stream_id", sa.UUID(), nullable=True),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("outcome", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("sent_at", MOMENT, nullable=True),
        *_moments(),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_outbound_intents_attempts")),
        sa.CheckConstraint(
            "state <> 'sent' OR outcome IS NOT NULL", name=op.f("ck_outbound_intents_outcome")
        ),
        sa.CheckConstraint(
            "state IN ('intended', 'sending', 'sent', 'failed', 'unknown', 'abandoned')",
            name=op.f("ck_outbound_intents_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbound_intents")),
        sa.UniqueConstraint("key", name=op.f("uq_outbound_intents_key")),
    )
    for columns in (["subject_id", "kind"], ["stream_id"], ["created_at", "id"]):
        name = op.f("ix_outbound_intents_" + "_".join(columns))
        op.create_index(name, "outbound_intents", columns)
    op.create_index(
        "ix_outbound_intents_open",
        "outbound_intents",
        ["state", "id"],
        postgresql_where=sa.text("state IN ('intended', 'sending', 'failed', 'unknown')"),
    )
    op.create_index(
        "ix_outbound_intents_booked",
        "outbound_intents",
        ["adapter_key", "sent_at"],
        postgresql_where=sa.text("kind = 'accounting'"),
    )
    op.create_index(
        "uq_outbound_intents_label",
        "outbound_intents",
        ["subject_id"],
        unique=True,
        postgresql_where=sa.text(
            "kind = 'carrier' AND state IN ('intended', 'sending', 'sent', 'unknown')"
        ),
    )
    # nothing else waits for a table that nobody uses yet
    op.execute("SET LOCAL statement_timeout = 0")
    op.execute(CARRY)


def downgrade() -> None:
    """Undo; going back over the next migration has filled the old tables again."""
    op.drop_table("outbound_intents")
    op.drop_table("adapter_settings")
    op.execute("DROP SEQUENCE label_numbers")
