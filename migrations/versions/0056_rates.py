"""Rates of metal, paper and resin with every value that they had, and the open quotes that one makes too cheap."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0056_rates"
down_revision = "0055_tax_to_review"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Apply. Each step can be done again."""
    op.create_table(
        "rates",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("unit", sa.String(20), server_default="", nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("archived_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("key ~ '^[a-z][a-z0-9_]{0,39}$'", name=op.f("ck_rates_key")),
        sa.CheckConstraint("char_length(currency) = 3", name=op.f("ck_rates_currency")),
        sa.PrimaryKeyConstraint("id", name="pk_rates"),
        sa.UniqueConstraint("key", name="uq_rates_key"),
        if_not_exists=True,
    )
    op.create_table(
        "rate_values",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("rate_id", sa.UUID(), nullable=False),
        sa.Column("value", sa.Numeric(18, 6), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("set_by", sa.String(200), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("value > 0", name=op.f("ck_rate_values_value")),
        sa.ForeignKeyConstraint(["rate_id"], ["rates.id"], name="fk_rate_values_rate_id_rates"),
        sa.PrimaryKeyConstraint("id", name="pk_rate_values"),
        sa.Index("ix_rate_values_rate_id_valid_from", "rate_id", "valid_from", "id"),
        if_not_exists=True,
    )
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON rate_values FROM makeready_app")
    op.execute(
        "CREATE OR REPLACE TRIGGER rate_values_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
        "ON rate_values FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.create_table(
        "quote_losses",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("quote_id", sa.UUID(), nullable=False),
        sa.Column("rate_key", sa.String(40), nullable=False),
        sa.Column("rate_label", sa.String(120), nullable=False),
        sa.Column("now_minor", sa.BigInteger(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("now_minor >= 0", name=op.f("ck_quote_losses_now_minor")),
        sa.ForeignKeyConstraint(
            ["quote_id"], ["quotes.id"], name="fk_quote_losses_quote_id_quotes"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_quote_losses"),
        sa.UniqueConstraint("quote_id", name="uq_quote_losses_quote_id"),
        if_not_exists=True,
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("quote_losses")
    op.drop_table("rate_values")
    op.drop_table("rates")
