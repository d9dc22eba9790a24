"""Customer groups, and price lists for everyone, a group or one customer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0059_price_lists"
down_revision = "0058_shipment_variants"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
STATES = "'draft', 'published', 'archived'"
EXCLUDE = """
ALTER TABLE price_lists ADD CONSTRAINT ex_price_lists_validity EXCLUDE USING gist (
    audience WITH =,
    coalesce(group_id, customer_id, '00000000-0000-0000-0000-000000000000'::uuid) WITH =,
    currency WITH =,
    daterange(valid_from, valid_until, '[]') WITH &&) WHERE (state = 'published')
"""
LINK = "fk_customers_group_id_customer_groups"


def upgrade() -> None:
    """Apply. Each step can be done again; no row is rewritten."""
    op.create_table(
        "customer_groups",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("archived_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("key ~ '^[a-z][a-z0-9_]{0,39}$'", name=op.f("ck_customer_groups_key")),
        sa.PrimaryKeyConstraint("id", name="pk_customer_groups"),
        sa.UniqueConstraint("key", name="uq_customer_groups_key"),
        if_not_exists=True,
    )
    op.execute("ALTER TABLE customers ADD COLUMN IF NOT EXISTS group_id uuid")
    op.execute(
        "-- squawk-ignore ban-drop-constraint\n"
        f"ALTER TABLE customers DROP CONSTRAINT IF EXISTS {LINK}"
    )
    op.execute(
        f"ALTER TABLE customers ADD CONSTRAINT {LINK} "
        "FOREIGN KEY (group_id) REFERENCES customer_groups (id) NOT VALID"
    )
    op.create_table(
        "price_lists",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("audience", sa.String(16), nullable=False),
        sa.Column("group_id", sa.UUID(), nullable=True),
        sa.Column("customer_id", sa.UUID(), nullable=True),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("percent", sa.Numeric(7, 4), nullable=False),
        sa.Column("entries", postgresql.JSONB(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "audience IN ('everyone', 'group', 'customer')", name=op.f("ck_price_lists_audience")
        ),
        sa.CheckConstraint(
            "(audience = 'group') = (group_id IS NOT NULL)", name=op.f("ck_price_lists_group")
        ),
        sa.CheckConstraint(
            "(audience = 'customer') = (customer_id IS NOT NULL)",
            name=op.f("ck_price_lists_customer"),
        ),
        sa.CheckConstraint("char_length(currency) = 3", name=op.f("ck_price_lists_currency")),
        sa.CheckConstraint(
            "percent >= -100 AND percent <= 900", name=op.f("ck_price_lists_percent")
        ),
        sa.CheckConstraint("valid_until >= valid_from", name=op.f("ck_price_lists_validity")),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_price_lists_state")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["customer_groups.id"], name="fk_price_lists_group_id_customer_groups"
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name="fk_price_lists_customer_id_customers"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_price_lists"),
        sa.Index("ix_price_lists_group_id", "group_id"),
        sa.Index("ix_price_lists_customer_id", "customer_id"),
        if_not_exists=True,
    )
    op.execute(
        "-- squawk-ignore ban-drop-constraint\n"
        "ALTER TABLE price_lists DROP CONSTRAINT IF EXISTS ex_price_lists_validity"
    )
    op.execute(EXCLUDE)
    with op.get_context().autocommit_block():
        op.execute(f"ALTER TABLE customers VALIDATE CONSTRAINT {LINK}")
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_customers_group_id")
        op.execute("CREATE INDEX CONCURRENTLY ix_customers_group_id ON customers (group_id)")


def downgrade() -> None:
    """Undo."""
    op.drop_table("price_lists")
    op.drop_column("customers", "group_id")
    op.drop_table("customer_groups")
