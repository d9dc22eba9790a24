"""Tables of the room fulfilment."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010_fulfilment"
down_revision = "0009_production"
branch_labels = None
depends_on = None

APPEND_ONLY = ("shipment_lines",)


def protect(table: str) -> None:
    """Let rows of `table` be written and read, never changed or removed."""
    op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM makeready_app")
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "shipments",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=False, start=5001), nullable=False),
        sa.Column("order_id", sa.UUID(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("method", sa.String(length=16), nullable=False),
        sa.Column("carrier_key", sa.String(length=40), nullable=True),
        sa.Column("service", sa.String(length=40), nullable=False),
        sa.Column("tracking_number", sa.String(length=64), nullable=True),
        sa.Column("address", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("weight_g", sa.Integer(), nullable=True),
        sa.Column("label_key", sa.String(length=300), nullable=True),
        sa.Column("label_sha256", sa.String(length=64), nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("shipped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
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
        sa.CheckConstraint("method IN ('carrier', 'pickup')", name=op.f("ck_shipments_method")),
        sa.CheckConstraint("weight_g > 0", name=op.f("ck_shipments_weight_g")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_shipments_order_id_orders")
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'picking', 'packed', 'labelled', 'shipped', 'delivered', 'exception', 'returned', 'ready_for_pickup', 'collected')",
            name=op.f("ck_shipments_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipments")),
        sa.UniqueConstraint("number", name=op.f("uq_shipments_number")),
    )
    op.create_index(op.f("ix_shipments_order_id"), "shipments", ["order_id"], unique=False)
    op.create_index(
        op.f("ix_shipments_state_created_at"), "shipments", ["state", "created_at"], unique=False
    )
    op.create_index("uq_shipments_tracking_number", "shipments", ["tracking_number"], unique=True)
    op.create_table(
        "label_intents",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column(
            "sequence", sa.BigInteger(), sa.Identity(always=False, start=10000001), nullable=False
        ),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("shipment_id", sa.UUID(), nullable=False),
        sa.Column("carrier_key", sa.String(length=40), nullable=False),
        sa.Column("service", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column(
            "outcome", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
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
            "state IN ('requested', 'buying', 'bought', 'failed', 'unknown')",
            name=op.f("ck_label_intents_state"),
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_label_intents_attempts")),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipments.id"], name=op.f("fk_label_intents_shipment_id_shipments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_intents")),
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
        "parcels",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("shipment_id", sa.UUID(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("weight_g", sa.Integer(), nullable=False),
        sa.Column("length_mm", sa.Integer(), nullable=True),
        sa.Column("width_mm", sa.Integer(), nullable=True),
        sa.Column("height_mm", sa.Integer(), nullable=True),
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
            "length_mm > 0 AND width_mm > 0 AND height_mm > 0", name=op.f("ck_parcels_size_mm")
        ),
        sa.CheckConstraint("weight_g > 0", name=op.f("ck_parcels_weight_g")),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipments.id"], name=op.f("fk_parcels_shipment_id_shipments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parcels")),
        sa.UniqueConstraint(
            "shipment_id", "position", name=op.f("uq_parcels_shipment_id_position")
        ),
    )
    op.create_table(
        "shipment_lines",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("shipment_id", sa.UUID(), nullable=False),
        sa.Column("line_id", sa.UUID(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_shipment_lines_quantity")),
        sa.ForeignKeyConstraint(
            ["line_id"], ["order_lines.id"], name=op.f("fk_shipment_lines_line_id_order_lines")
        ),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipments.id"], name=op.f("fk_shipment_lines_shipment_id_shipments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipment_lines")),
        sa.UniqueConstraint(
            "shipment_id", "line_id", name=op.f("uq_shipment_lines_shipment_id_line_id")
        ),
    )
    op.create_index(op.f("ix_shipment_lines_line_id"), "shipment_lines", ["line_id"], unique=False)
    for table in APPEND_ONLY:
        protect(table)


def downgrade() -> None:
    """Undo."""
    op.drop_index(op.f("ix_shipment_lines_line_id"), table_name="shipment_lines")
    op.drop_table("shipment_lines")
    op.drop_table("parcels")
    op.drop_index(
        "uq_label_intents_living",
        table_name="label_intents",
        postgresql_where=sa.text("state IN ('requested', 'buying', 'bought', 'unknown')"),
    )
    op.drop_table("label_intents")
    op.drop_index("uq_shipments_tracking_number", table_name="shipments")
    op.drop_index(op.f("ix_shipments_state_created_at"), table_name="shipments")
    op.drop_index(op.f("ix_shipments_order_id"), table_name="shipments")
    op.drop_table("shipments")
