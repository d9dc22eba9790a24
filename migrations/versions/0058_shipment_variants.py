"""A shipment says which variants are in it; those from before hold none, or say nothing of them."""

from __future__ import annotations

from alembic import op

revision = "0058_shipment_variants"
down_revision = "0057_job_variants"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. It can be done again; no row is rewritten."""
    op.execute(
        "ALTER TABLE shipments ADD COLUMN IF NOT EXISTS breakdowns jsonb DEFAULT '{}' NOT NULL"
    )


def downgrade() -> None:
    """Take back."""
    op.drop_column("shipments", "breakdowns")
