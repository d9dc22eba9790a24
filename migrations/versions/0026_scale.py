"""Pages cost the same in an old shop: indexes for lists and open work, how far orders have come, and
what was counted on past days."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026_scale"
down_revision = "0025_stock_places"
branch_labels = None
depends_on = None

INDEXES = (
    ("ix_messages_created_at_id", "messages (created_at, id)"),
    ("ix_messages_sent_at", "messages (sent_at)"),
    ("ix_messages_updated_at", "messages (updated_at)"),
    ("ix_jobs_created_at_id", "jobs (created_at, id)"),
    ("ix_jobs_state_since", "jobs (state, state_since)"),
    (
        "ix_jobs_open",
        "jobs (state, due_on, serial, id) INCLUDE (order_id, quantity) "
        "WHERE state NOT IN ('finished', 'cancelled')",
    ),
    (
        "ix_jobs_open_due_on",
        "jobs (due_on, serial, id) WHERE state NOT IN ('finished', 'cancelled')",
    ),
    ("ix_jobs_split", "jobs (parent_id) WHERE kind = 'split'"),
    ("ix_job_gates_closed", "job_gates (job_id) WHERE NOT is_open"),
    ("ix_orders_state_updated_at", "orders (state, updated_at, id)"),
    ("ix_orders_held", "orders (id) WHERE hold_reason IS NOT NULL"),
    ("ix_orders_rush", "orders (id) WHERE rush"),
    ("ix_shipments_created_at_id", "shipments (created_at, id)"),
    ("ix_quote_answers_created_at", "quote_answers (created_at)"),
    ("ix_quantity_events_spoiled", "quantity_events (job_id) WHERE spoiled > 0"),
)

PROGRESS = """
SELECT o.id AS order_id, o.promised_on,
  CASE WHEN bool_and(coalesce(s.shipped_at, s.arrived_at) IS NOT NULL)
    THEN max(coalesce(s.shipped_at, s.arrived_at)) END AS left_at,
  o.state = 'placed' AND NOT (
    count(s.id) > 0
    AND NOT coalesce(bool_or(s.state IN ('pending', 'picking', 'packed', 'labelled')), false)
    AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.order_id = o.id
                    AND j.state NOT IN ('finished', 'cancelled'))
  ) AS is_open,
  EXISTS (SELECT 1 FROM jobs j WHERE j.order_id = o.id) AS has_job
FROM orders o LEFT JOIN shipments s ON s.order_id = o.id
WHERE o.state IN ('placed', 'closed')
"""
GROUPED = " GROUP BY o.id, o.promised_on, o.state"

# The chain's head is locked first, as every change of the order does in the end: so two changes of
# one order follow each other here as well, and the second sees what the first one wrote.
REFRESH = f"""
CREATE FUNCTION refresh_order_progress(of_order uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM event_streams WHERE stream_id = of_order FOR UPDATE;
  DELETE FROM order_progress p WHERE p.order_id = of_order AND NOT EXISTS (
    SELECT 1 FROM orders o WHERE o.id = of_order AND o.state IN ('placed', 'closed'));
  INSERT INTO order_progress AS p (order_id, promised_on, left_at, is_open, has_job)
  {PROGRESS} AND o.id = of_order {GROUPED}
  ON CONFLICT (order_id) DO UPDATE SET promised_on = excluded.promised_on,
    left_at = excluded.left_at, is_open = excluded.is_open, has_job = excluded.has_job
  WHERE (p.promised_on, p.left_at, p.is_open, p.has_job) IS DISTINCT FROM
    (excluded.promised_on, excluded.left_at, excluded.is_open, excluded.has_job);
END $$
"""
TOUCH = """
CREATE FUNCTION touch_order_progress() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'orders' THEN
    PERFORM refresh_order_progress(NEW.id);
    RETURN NULL;
  END IF;
  IF TG_OP <> 'INSERT' THEN PERFORM refresh_order_progress(OLD.order_id); END IF;
  IF TG_OP <> 'DELETE' THEN PERFORM refresh_order_progress(NEW.order_id); END IF;
  RETURN NULL;
END $$
"""
TRIGGERS = (
    "CREATE TRIGGER order_progress_placed AFTER INSERT ON orders FOR EACH ROW "
    "WHEN (NEW.state IN ('placed', 'closed')) EXECUTE FUNCTION touch_order_progress()",
    "CREATE TRIGGER order_progress AFTER UPDATE OF state, promised_on ON orders FOR EACH ROW "
    "WHEN (OLD.state IN ('placed', 'closed') OR NEW.state IN ('placed', 'closed')) "
    "EXECUTE FUNCTION touch_order_progress()",
    "CREATE TRIGGER order_progress AFTER INSERT OR DELETE OR UPDATE OF state, order_id ON jobs "
    "FOR EACH ROW EXECUTE FUNCTION touch_order_progress()",
    "CREATE TRIGGER order_progress AFTER INSERT OR DELETE OR UPDATE OF state, order_id, "
    "shipped_at, arrived_at ON shipments FOR EACH ROW EXECUTE FUNCTION touch_order_progress()",
)


def upgrade() -> None:
    """Apply. Old orders are read in after the triggers stand, so that none is missed."""
    op.create_table(
        "order_progress",
        sa.Column("order_id", postgresql.UUID(as_uuid=True), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("has_job", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_order_progress")),
    )
    op.create_index(
        "ix_order_progress_open",
        "order_progress",
        ["promised_on"],
        postgresql_where=sa.text("is_open"),
    )
    op.create_index(
        "ix_order_progress_left_at",
        "order_progress",
        ["left_at"],
        postgresql_include=["promised_on"],
    )
    op.create_index(
        "ix_order_progress_no_job",
        "order_progress",
        ["order_id"],
        postgresql_where=sa.text("NOT has_job"),
    )
    op.create_table(
        "daily_figures",
        sa.Column("measure", sa.String(24), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("measure", "day", "label", name=op.f("pk_daily_figures")),
    )
    op.create_table(
        "daily_figures_kept",
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("first_open_day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("zone", name=op.f("pk_daily_figures_kept")),
    )
    op.execute(REFRESH)
    op.execute(TOUCH)
    for trigger in TRIGGERS:
        op.execute(trigger)
    with op.get_context().autocommit_block():
        op.execute("SET statement_timeout = 0")
        op.execute(
            "INSERT INTO order_progress (order_id, promised_on, left_at, is_open, has_job) "
            f"{PROGRESS} {GROUPED} ON CONFLICT DO NOTHING"
        )
        for name, target in INDEXES:
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            op.execute(f"CREATE INDEX CONCURRENTLY {name} ON {target}")
        op.execute("SET statement_timeout = '60s'")


def downgrade() -> None:
    """Undo."""
    for table in ("orders", "jobs", "shipments"):
        op.execute(f"DROP TRIGGER order_progress ON {table}")
    op.execute("DROP TRIGGER order_progress_placed ON orders")
    op.execute("DROP FUNCTION touch_order_progress()")
    op.execute("DROP FUNCTION refresh_order_progress(uuid)")
    op.drop_table("daily_figures_kept")
    op.drop_table("daily_figures")
    op.drop_table("order_progress")
    with op.get_context().autocommit_block():
        for name, _ in INDEXES:
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
