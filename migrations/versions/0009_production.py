"""Tables of the room production."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009_production"
down_revision = "0008_orders"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "quantity_events",
    "work_orders",
)


def protect(table: str) -> None:
    """Let rows of `table` be written and read, never changed or removed."""
    op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM makeready_app")
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "work_centres",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("instructions", sa.Text(), nullable=False),
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_centres")),
        sa.UniqueConstraint("key", name=op.f("uq_work_centres_key")),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("serial", sa.Integer(), sa.Identity(always=False, start=2001), nullable=False),
        sa.Column("suffix", sa.String(length=60), nullable=False),
        sa.Column("order_id", sa.UUID(), nullable=False),
        sa.Column("line_id", sa.UUID(), nullable=False),
        sa.Column("parent_id", sa.UUID(), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column(
            "state_since",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("scheduled_on", sa.Date(), nullable=True),
        sa.Column("approved_sha256", sa.String(length=64), nullable=True),
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
        sa.CheckConstraint("(kind = 'first') = (parent_id IS NULL)", name=op.f("ck_jobs_tree")),
        sa.CheckConstraint("kind IN ('first', 'split', 'reprint')", name=op.f("ck_jobs_kind")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_jobs_quantity")),
        sa.ForeignKeyConstraint(
            ["line_id"], ["order_lines.id"], name=op.f("fk_jobs_line_id_order_lines")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_jobs_order_id_orders")),
        sa.ForeignKeyConstraint(["parent_id"], ["jobs.id"], name=op.f("fk_jobs_parent_id_jobs")),
        sa.CheckConstraint(
            "state IN ('new', 'ready', 'scheduled', 'running', 'quality_check', 'finished', 'cancelled')",
            name=op.f("ck_jobs_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("serial", "suffix", name=op.f("uq_jobs_serial_suffix")),
    )
    op.create_index(op.f("ix_jobs_line_id"), "jobs", ["line_id"], unique=False)
    op.create_index(op.f("ix_jobs_order_id"), "jobs", ["order_id"], unique=False)
    op.create_index(op.f("ix_jobs_parent_id"), "jobs", ["parent_id"], unique=False)
    op.create_index(op.f("ix_jobs_state_due_on"), "jobs", ["state", "due_on"], unique=False)
    op.create_index(
        "uq_jobs_first_of_line",
        "jobs",
        ["line_id"],
        unique=True,
        postgresql_where=sa.text("kind = 'first'"),
    )
    op.create_table(
        "job_gates",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("job_id", sa.UUID(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("waits_for", sa.String(length=200), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
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
        sa.CheckConstraint(
            "key IN ('artwork', 'material', 'payment')", name=op.f("ck_job_gates_key")
        ),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_job_gates_job_id_jobs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_gates")),
        sa.UniqueConstraint("job_id", "key", name=op.f("uq_job_gates_job_id_key")),
    )
    op.create_table(
        "operations",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("job_id", sa.UUID(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("work_centre_id", sa.UUID(), nullable=False),
        sa.Column("setup_minutes", sa.Numeric(precision=10, scale=3), nullable=False),
        sa.Column("minutes_per_unit", sa.Numeric(precision=10, scale=3), nullable=False),
        sa.Column("is_quality_check", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
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
        sa.CheckConstraint(
            "setup_minutes >= 0 AND minutes_per_unit >= 0", name=op.f("ck_operations_minutes")
        ),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_operations_job_id_jobs")),
        sa.ForeignKeyConstraint(
            ["work_centre_id"],
            ["work_centres.id"],
            name=op.f("fk_operations_work_centre_id_work_centres"),
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'running', 'paused', 'done', 'skipped')",
            name=op.f("ck_operations_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operations")),
        sa.UniqueConstraint("job_id", "position", name=op.f("uq_operations_job_id_position")),
    )
    op.create_index(
        op.f("ix_operations_work_centre_id_state"),
        "operations",
        ["work_centre_id", "state"],
        unique=False,
    )
    op.create_table(
        "work_orders",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("job_id", sa.UUID(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("storage_key", sa.String(length=300), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("approved_sha256", sa.String(length=64), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_work_orders_job_id_jobs")),
        sa.CheckConstraint("version > 0", name=op.f("ck_work_orders_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_orders")),
        sa.UniqueConstraint("job_id", "version", name=op.f("uq_work_orders_job_id_version")),
    )
    op.create_table(
        "quantity_events",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("job_id", sa.UUID(), nullable=False),
        sa.Column("operation_id", sa.UUID(), nullable=True),
        sa.Column("passed", sa.Integer(), nullable=False),
        sa.Column("good", sa.Integer(), nullable=False),
        sa.Column("spoiled", sa.Integer(), nullable=False),
        sa.Column("cancelled", sa.Integer(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("actor_label", sa.String(length=200), nullable=False),
        sa.Column("entry_key", sa.String(length=80), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "good >= 0 OR (operation_id IS NULL AND spoiled = -good)",
            name=op.f("ck_quantity_events_good"),
        ),
        sa.CheckConstraint(
            "passed <> 0 OR spoiled <> 0 OR cancelled <> 0",
            name=op.f("ck_quantity_events_something"),
        ),
        sa.CheckConstraint(
            "passed >= 0 AND spoiled >= 0 AND cancelled >= 0",
            name=op.f("ck_quantity_events_counts"),
        ),
        sa.ForeignKeyConstraint(
            ["job_id"], ["jobs.id"], name=op.f("fk_quantity_events_job_id_jobs")
        ),
        sa.ForeignKeyConstraint(
            ["operation_id"],
            ["operations.id"],
            name=op.f("fk_quantity_events_operation_id_operations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quantity_events")),
        sa.UniqueConstraint("entry_key", name=op.f("uq_quantity_events_entry_key")),
    )
    op.create_index(op.f("ix_quantity_events_job_id"), "quantity_events", ["job_id"], unique=False)
    op.create_index(
        op.f("ix_quantity_events_operation_id"), "quantity_events", ["operation_id"], unique=False
    )
    for table in APPEND_ONLY:
        protect(table)


def downgrade() -> None:
    """Undo."""
    op.drop_index(op.f("ix_quantity_events_operation_id"), table_name="quantity_events")
    op.drop_index(op.f("ix_quantity_events_job_id"), table_name="quantity_events")
    op.drop_table("quantity_events")
    op.drop_table("work_orders")
    op.drop_index(op.f("ix_operations_work_centre_id_state"), table_name="operations")
    op.drop_table("operations")
    op.drop_table("job_gates")
    op.drop_index(
        "uq_jobs_first_of_line", table_name="jobs", postgresql_where=sa.text("kind = 'first'")
    )
    op.drop_index(op.f("ix_jobs_state_due_on"), table_name="jobs")
    op.drop_index(op.f("ix_jobs_parent_id"), table_name="jobs")
    op.drop_index(op.f("ix_jobs_order_id"), table_name="jobs")
    op.drop_index(op.f("ix_jobs_line_id"), table_name="jobs")
    op.drop_table("jobs")
    op.drop_table("work_centres")
