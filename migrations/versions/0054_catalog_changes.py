"""Changes of families and products that take effect on a day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0054_catalog_changes"
down_revision = "0053_taxed_by_class"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "catalog_changes",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("family_id", sa.UUID(), nullable=True),
        sa.Column("product_id", sa.UUID(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("changes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
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
        sa.CheckConstraint(
            "(family_id IS NULL) <> (product_id IS NULL)", name=op.f("ck_catalog_changes_subject")
        ),
        sa.CheckConstraint(
            "state IN ('scheduled', 'applied', 'failed', 'cancelled')",
            name=op.f("ck_catalog_changes_state"),
        ),
        sa.ForeignKeyConstraint(
            ["family_id"],
            ["product_families.id"],
            name=op.f("fk_catalog_changes_family_id_product_families"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["products.id"],
            name=op.f("fk_catalog_changes_product_id_products"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_changes")),
    )
    for name, columns in (
        ("family_id", ["family_id"]),
        ("product_id", ["product_id"]),
        ("state_effective_on", ["state", "effective_on"]),
    ):
        op.create_index(op.f(f"ix_catalog_changes_{name}"), "catalog_changes", columns)


def downgrade() -> None:
    """Take back."""
    op.drop_table("catalog_changes")
