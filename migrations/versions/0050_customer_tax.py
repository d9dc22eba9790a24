"""What a customer is for tax: private, a business with its VAT number, or exempt with the reason."""

from __future__ import annotations

from alembic import op

revision = "0050_customer_tax"
down_revision = "0049_rush_levels"
branch_labels = None
depends_on = None

TEXTS = {"vat_number": 30, "exempt_reason": 200, "exempt_certificate": 60}


def upgrade() -> None:
    """Apply. Each step can be done again; no row is rewritten."""
    op.execute(
        "ALTER TABLE customers ADD COLUMN IF NOT EXISTS tax_kind varchar(16) "
        "DEFAULT 'private' NOT NULL"
    )
    for name, length in TEXTS.items():
        op.execute(
            f"ALTER TABLE customers ADD COLUMN IF NOT EXISTS {name} varchar({length}) "
            "DEFAULT '' NOT NULL"
        )
    op.execute("ALTER TABLE customers ADD COLUMN IF NOT EXISTS exempt_until date")
    op.execute(
        "-- squawk-ignore ban-drop-constraint\n"
        "ALTER TABLE customers DROP CONSTRAINT IF EXISTS ck_customers_tax_kind"
    )
    op.execute(
        "ALTER TABLE customers ADD CONSTRAINT ck_customers_tax_kind "
        "CHECK (tax_kind IN ('private', 'business', 'exempt')) NOT VALID"
    )
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE customers VALIDATE CONSTRAINT ck_customers_tax_kind")


def downgrade() -> None:
    """Take back."""
    for name in ("tax_kind", *TEXTS, "exempt_until"):
        op.drop_column("customers", name)
