"""Promotion codes, and the orders that use one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0060_promotions"
down_revision = "0059_price_lists"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Apply. Each step can be done again."""
    op.create_table(
        "promotion_codes",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("label", sa.String(120), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("percent", sa.Numeric(7, 4), nullable=False),
        sa.Column("fixed_minor", sa.BigInteger(), nullable=False),
        sa.Column("min_net_minor", sa.BigInteger(), nullable=False),
        sa.Column("most_minor", sa.BigInteger(), nullable=True),
        sa.Column("first_order_only", sa.Boolean(), nullable=False),
        sa.Column("total_limit", sa.Integer(), nullable=True),
        sa.Column("customer_limit", sa.Integer(), nullable=True),
        sa.Column("skus", postgresql.JSONB(), nullable=False),
        sa.Column("families", postgresql.JSONB(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("archived_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "code = upper(code) AND code <> ''", name=op.f("ck_promotion_codes_code")
        ),
        sa.CheckConstraint(
            "percent >= 0 AND percent <= 100", name=op.f("ck_promotion_codes_percent")
        ),
        sa.CheckConstraint("fixed_minor >= 0", name=op.f("ck_promotion_codes_fixed_minor")),
        sa.CheckConstraint("min_net_minor >= 0", name=op.f("ck_promotion_codes_min_net_minor")),
        sa.CheckConstraint("most_minor > 0", name=op.f("ck_promotion_codes_most_minor")),
        sa.CheckConstraint(
            "total_limit > 0 AND customer_limit > 0", name=op.f("ck_promotion_codes_limits")
        ),
        sa.CheckConstraint("char_length(currency) = 3", name=op.f("ck_promotion_codes_currency")),
        sa.CheckConstraint("valid_until >= valid_from", name=op.f("ck_promotion_codes_validity")),
        sa.PrimaryKeyConstraint("id", name="pk_promotion_codes"),
        sa.UniqueConstraint("code", name="uq_promotion_codes_code"),
        if_not_exists=True,
    )
    op.create_table(
        "promotion_uses",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("promotion_id", sa.UUID(), nullable=False),
        sa.Column("order_id", sa.UUID(), nullable=False),
        sa.Column("customer_id", sa.UUID(), nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("released_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["promotion_id"],
            ["promotion_codes.id"],
            name="fk_promotion_uses_promotion_id_promotion_codes",
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name="fk_promotion_uses_order_id_orders"
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name="fk_promotion_uses_customer_id_customers"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_promotion_uses"),
        sa.Index("ix_promotion_uses_customer_id", "customer_id"),
        sa.Index("ix_promotion_uses_promotion_id", "promotion_id", "customer_id"),
        sa.Index(
            "uq_promotion_uses_order_id",
            "order_id",
            unique=True,
            postgresql_where=sa.text("released_at IS NULL"),
        ),
        if_not_exists=True,
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("promotion_uses")
    op.drop_table("promotion_codes")
