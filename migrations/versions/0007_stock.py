"""Tables of the room stock."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007_stock"
down_revision = "0006_artwork"
branch_labels = None
depends_on = None

APPEND_ONLY = ("stock_movements",)


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
        "stock_locations",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
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
            "kind IN ('internal', 'supplier', 'production', 'customer', 'adjustment')",
            name=op.f("ck_stock_locations_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_locations")),
        sa.UniqueConstraint("key", name=op.f("uq_stock_locations_key")),
    )
    op.create_table(
        "stock_items",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("sku", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("unit", sa.String(length=16), nullable=False),
        sa.Column("home_location_id", sa.UUID(), nullable=False),
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
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["home_location_id"],
            ["stock_locations.id"],
            name=op.f("fk_stock_items_home_location_id_stock_locations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_items")),
        sa.UniqueConstraint("sku", name=op.f("uq_stock_items_sku")),
    )
    op.create_table(
        "reservations",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("item_id", sa.UUID(), nullable=False),
        sa.Column("claim_id", sa.UUID(), nullable=False),
        sa.Column("stream_id", sa.UUID(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=14, scale=3), nullable=False),
        sa.Column("consumed", sa.Numeric(precision=14, scale=3), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
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
            "consumed >= 0 AND consumed <= quantity", name=op.f("ck_reservations_consumed")
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_reservations_quantity")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["stock_items.id"], name=op.f("fk_reservations_item_id_stock_items")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservations")),
        sa.UniqueConstraint("item_id", "claim_id", name=op.f("uq_reservations_item_id_claim_id")),
    )
    op.create_index(op.f("ix_reservations_claim_id"), "reservations", ["claim_id"], unique=False)
    op.create_index(op.f("ix_reservations_stream_id"), "reservations", ["stream_id"], unique=False)
    op.create_table(
        "stock_levels",
        sa.Column("item_id", sa.UUID(), nullable=False),
        sa.Column("on_hand", sa.Numeric(precision=14, scale=3), nullable=False),
        sa.Column("reserved", sa.Numeric(precision=14, scale=3), nullable=False),
        sa.CheckConstraint("on_hand >= 0", name=op.f("ck_stock_levels_on_hand")),
        sa.CheckConstraint("reserved <= on_hand", name=op.f("ck_stock_levels_available")),
        sa.CheckConstraint("reserved >= 0", name=op.f("ck_stock_levels_reserved")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["stock_items.id"], name=op.f("fk_stock_levels_item_id_stock_items")
        ),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_stock_levels")),
    )
    op.create_table(
        "stock_movements",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("item_id", sa.UUID(), nullable=False),
        sa.Column("from_location_id", sa.UUID(), nullable=False),
        sa.Column("to_location_id", sa.UUID(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=14, scale=3), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        sa.Column("reservation_id", sa.UUID(), nullable=True),
        sa.Column("reverses_id", sa.UUID(), nullable=True),
        sa.Column("stream_id", sa.UUID(), nullable=True),
        sa.Column("once_key", sa.String(length=120), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "(reason = 'reversal') = (reverses_id IS NOT NULL)",
            name=op.f("ck_stock_movements_reversal"),
        ),
        sa.CheckConstraint(
            "reason IN ('receipt', 'count', 'consumption', 'extra', 'reversal', 'transfer')",
            name=op.f("ck_stock_movements_reason"),
        ),
        sa.CheckConstraint(
            "from_location_id <> to_location_id", name=op.f("ck_stock_movements_two_ends")
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_stock_movements_quantity")),
        sa.ForeignKeyConstraint(
            ["from_location_id"],
            ["stock_locations.id"],
            name=op.f("fk_stock_movements_from_location_id_stock_locations"),
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["stock_items.id"], name=op.f("fk_stock_movements_item_id_stock_items")
        ),
        sa.ForeignKeyConstraint(
            ["reservation_id"],
            ["reservations.id"],
            name=op.f("fk_stock_movements_reservation_id_reservations"),
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"],
            ["stock_movements.id"],
            name=op.f("fk_stock_movements_reverses_id_stock_movements"),
        ),
        sa.ForeignKeyConstraint(
            ["to_location_id"],
            ["stock_locations.id"],
            name=op.f("fk_stock_movements_to_location_id_stock_locations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_movements")),
        sa.UniqueConstraint("once_key", name=op.f("uq_stock_movements_once_key")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_stock_movements_reverses_id")),
    )
    op.create_index(
        op.f("ix_stock_movements_item_id_id"), "stock_movements", ["item_id", "id"], unique=False
    )
    op.create_index(
        op.f("ix_stock_movements_reservation_id"),
        "stock_movements",
        ["reservation_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_stock_movements_stream_id"), "stock_movements", ["stream_id"], unique=False
    )
    for table in APPEND_ONLY:
        protect(table)


def downgrade() -> None:
    """Undo."""
    op.drop_index(op.f("ix_stock_movements_stream_id"), table_name="stock_movements")
    op.drop_index(op.f("ix_stock_movements_reservation_id"), table_name="stock_movements")
    op.drop_index(op.f("ix_stock_movements_item_id_id"), table_name="stock_movements")
    op.drop_table("stock_movements")
    op.drop_table("stock_levels")
    op.drop_index(op.f("ix_reservations_stream_id"), table_name="reservations")
    op.drop_index(op.f("ix_reservations_claim_id"), table_name="reservations")
    op.drop_table("reservations")
    op.drop_table("stock_items")
    op.drop_table("stock_locations")
