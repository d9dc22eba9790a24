"""Indexes for the search, the figures and a contact's orders, built beside the running shop."""

from __future__ import annotations

from alembic import op

revision = "0015_search"
down_revision = "0014_seals"
branch_labels = None
depends_on = None

WORDS = (
    ("artwork_versions", "file_name"),
    ("contacts", "email"),
    ("contacts", "name"),
    ("customers", "name"),
    ("jobs", "title"),
    ("order_lines", "product_name"),
    ("order_lines", "sku"),
    ("products", "name"),
    ("products", "sku"),
    ("shipments", "tracking_number"),
    ("stock_items", "name"),
    ("stock_items", "sku"),
)
COLUMNS = (("orders", "contact_id"), ("quantity_events", "created_at"))


def indexes() -> list[tuple[str, str]]:
    """Return name and target of each index."""
    words = [
        (f"ix_{table}_{column}_words", f"{table} USING gin ({column} gin_trgm_ops)")
        for table, column in WORDS
    ]
    plain = [(f"ix_{table}_{column}", f"{table} ({column})") for table, column in COLUMNS]
    return words + plain


def upgrade() -> None:
    """Apply. What an attempt that was cut off left behind is dropped and built anew."""
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    with op.get_context().autocommit_block():
        # a large table takes its time, and nobody waits for it
        op.execute("SET statement_timeout = 0")
        for name, target in indexes():
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            op.execute(f"CREATE INDEX CONCURRENTLY {name} ON {target}")
        op.execute("SET statement_timeout = '60s'")


def downgrade() -> None:
    """Undo."""
    with op.get_context().autocommit_block():
        for name, _ in indexes():
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
