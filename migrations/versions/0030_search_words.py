"""Search finds whole words by an index of their own; the indexes of single columns, which the table of
entries replaced, go where no page reads them."""

from __future__ import annotations

from alembic import op

revision = "0030_search_words"
down_revision = "0029_no_address_book"
branch_labels = None
depends_on = None

TOKENS = (
    "search_entries USING gin (to_tsvector('simple', "
    "regexp_replace(' ' || words, '[^[:alnum:]]+', ' ' || kind, 'g')))"
)
NEW = (
    ("ix_search_entries_tokens", TOKENS),
    ("ix_job_gates_cause", "job_gates (cause, job_id) WHERE cause <> ''"),
    ("ix_quantity_events_causes", "quantity_events (created_at) WHERE cause <> ''"),
)
OLD = (
    ("artwork_versions", "file_name"),
    ("jobs", "title"),
    ("products", "name"),
    ("products", "sku"),
    ("shipments", "tracking_number"),
    ("stock_items", "name"),
    ("stock_items", "sku"),
)


def upgrade() -> None:
    """Apply. What an attempt that was cut off left behind is dropped and built anew."""
    with op.get_context().autocommit_block():
        op.execute("SET statement_timeout = 0")
        for name, target in NEW:
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            op.execute(f"CREATE INDEX CONCURRENTLY {name} ON {target}")
        for table, column in OLD:
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS ix_{table}_{column}_words")
        op.execute("SET statement_timeout = '60s'")


def downgrade() -> None:
    """Undo."""
    with op.get_context().autocommit_block():
        op.execute("SET statement_timeout = 0")
        for table, column in OLD:
            name = f"ix_{table}_{column}_words"
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            op.execute(
                f"CREATE INDEX CONCURRENTLY {name} ON {table} USING gin ({column} gin_trgm_ops)"
            )
        for name, _ in NEW:
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        op.execute("SET statement_timeout = '60s'")
