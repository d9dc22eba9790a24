"""One table by which everything is found. Triggers keep it: they follow from the rooms' declarations
and are put in, and the table filled, after the last migration."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027_search_entries"
down_revision = "0026_scale"
branch_labels = None
depends_on = None

FUNCTIONS = """
DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT oid::regprocedure::text AS name FROM pg_proc
    WHERE proname LIKE 'search\\_%' AND pronamespace = 'public'::regnamespace
  LOOP EXECUTE 'DROP FUNCTION ' || one.name || ' CASCADE'; END LOOP;
  FOR one IN SELECT viewname AS name FROM pg_views WHERE viewname LIKE 'search\\_source\\_%'
  LOOP EXECUTE 'DROP VIEW ' || quote_ident(one.name); END LOOP;
END $$
"""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "search_entries",
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("record_id", postgresql.UUID(as_uuid=True), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "record_id", name=op.f("pk_search_entries")),
    )
    op.create_index(
        "ix_search_entries_words_words",
        "search_entries",
        ["words"],
        postgresql_using="gin",
        postgresql_ops={"words": "gin_trgm_ops"},
    )
    op.create_index("ix_search_entries_newest", "search_entries", ["kind", "at", "record_id"])
    op.create_index("ix_search_entries_number", "search_entries", ["kind", "number"])


def downgrade() -> None:
    """Undo."""
    op.execute(FUNCTIONS)
    op.drop_table("search_entries")
