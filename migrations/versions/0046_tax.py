"""Tax classes and their dated rates."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0046_tax"
down_revision = "0045_delivery"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
EXCLUDE = """
ALTER TABLE tax_rates ADD CONSTRAINT ex_tax_rates_validity EXCLUDE USING gist (
    class_id WITH =, country WITH =, region WITH =, daterange(valid_from, valid_until, '[]') WITH &&)
"""


def upgrade() -> None:
    """Apply. Each step can be done again."""
    op.create_table(
        "tax_classes",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(16), server_default="taxed", nullable=False),
        sa.Column("supply", sa.String(16), server_default="goods", nullable=False),
        sa.Column("note", sa.String(300), server_default="", nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("key ~ '^[a-z][a-z0-9_]{0,39}$'", name=op.f("ck_tax_classes_key")),
        sa.CheckConstraint("kind IN ('taxed', 'zero', 'exempt')", name=op.f("ck_tax_classes_kind")),
        sa.CheckConstraint("supply IN ('goods', 'service')", name=op.f("ck_tax_classes_supply")),
        sa.PrimaryKeyConstraint("id", name="pk_tax_classes"),
        sa.UniqueConstraint("key", name="uq_tax_classes_key"),
        if_not_exists=True,
    )
    op.create_table(
        "tax_rates",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("class_id", sa.UUID(), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("region", sa.String(60), server_default="", nullable=False),
        sa.Column("percent", sa.Numeric(7, 4), nullable=False),
        sa.Column("label", sa.String(20), server_default="VAT", nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("country ~ '^[A-Z]{2}$'", name=op.f("ck_tax_rates_country")),
        sa.CheckConstraint("percent >= 0 AND percent <= 100", name=op.f("ck_tax_rates_percent")),
        sa.CheckConstraint("valid_until >= valid_from", name=op.f("ck_tax_rates_validity")),
        sa.ForeignKeyConstraint(
            ["class_id"], ["tax_classes.id"], name="fk_tax_rates_class_id_tax_classes"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_tax_rates"),
        if_not_exists=True,
    )
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.execute(
        "-- squawk-ignore ban-drop-constraint\n"
        "ALTER TABLE tax_rates DROP CONSTRAINT IF EXISTS ex_tax_rates_validity"
    )
    op.execute(EXCLUDE)


def downgrade() -> None:
    """Undo."""
    op.drop_table("tax_rates")
    op.drop_table("tax_classes")
