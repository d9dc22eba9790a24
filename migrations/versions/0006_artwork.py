"""Tables of the room artwork."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006_artwork"
down_revision = "0005_customers"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "approvals",
    "artwork_versions",
    "preflight_reports",
    "proofs",
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
        "artwork_slots",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("stream_id", sa.UUID(), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("requirement", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hold_reason", sa.Text(), nullable=True),
        sa.Column("last_problem", sa.Text(), nullable=True),
        sa.Column("upload_id", sa.UUID(), nullable=True),
        sa.Column("received_from", sa.String(length=200), nullable=True),
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
        sa.ForeignKeyConstraint(
            ["upload_id"], ["uploads.id"], name=op.f("fk_artwork_slots_upload_id_uploads")
        ),
        sa.CheckConstraint(
            "state IN ('awaiting_file', 'checking', 'on_hold', 'internal_review', 'proof_sent', 'approved', 'changes_requested')",
            name=op.f("ck_artwork_slots_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_artwork_slots")),
    )
    op.create_index(
        op.f("ix_artwork_slots_state_entered_at"),
        "artwork_slots",
        ["state", "entered_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_artwork_slots_stream_id"), "artwork_slots", ["stream_id"], unique=False
    )
    op.create_index(
        op.f("ix_artwork_slots_upload_id"), "artwork_slots", ["upload_id"], unique=False
    )
    op.create_table(
        "artwork_versions",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("slot_id", sa.UUID(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.UUID(), nullable=False),
        sa.Column("upload_id", sa.UUID(), nullable=True),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("uploaded_by_label", sa.String(length=200), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_artwork_versions_number")),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["assets.id"], name=op.f("fk_artwork_versions_asset_id_assets")
        ),
        sa.ForeignKeyConstraint(
            ["slot_id"],
            ["artwork_slots.id"],
            name=op.f("fk_artwork_versions_slot_id_artwork_slots"),
        ),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["uploads.id"], name=op.f("fk_artwork_versions_upload_id_uploads")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_artwork_versions")),
        sa.UniqueConstraint("slot_id", "number", name=op.f("uq_artwork_versions_slot_id_number")),
        sa.UniqueConstraint(
            "slot_id", "upload_id", name=op.f("uq_artwork_versions_slot_id_upload_id")
        ),
    )
    op.create_index(
        op.f("ix_artwork_versions_asset_id"), "artwork_versions", ["asset_id"], unique=False
    )
    op.create_table(
        "preflight_reports",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("version_id", sa.UUID(), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("findings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("rule", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "verdict IN ('passed', 'warned', 'failed')", name=op.f("ck_preflight_reports_verdict")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["artwork_versions.id"],
            name=op.f("fk_preflight_reports_version_id_artwork_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preflight_reports")),
    )
    op.create_index(
        op.f("ix_preflight_reports_version_id"), "preflight_reports", ["version_id"], unique=False
    )
    op.create_table(
        "proofs",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("version_id", sa.UUID(), nullable=False),
        sa.Column("asset_id", sa.UUID(), nullable=False),
        sa.Column("source_sha256", sa.String(length=64), nullable=False),
        sa.Column("job_data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["assets.id"], name=op.f("fk_proofs_asset_id_assets")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["artwork_versions.id"],
            name=op.f("fk_proofs_version_id_artwork_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proofs")),
    )
    op.create_index(op.f("ix_proofs_asset_id"), "proofs", ["asset_id"], unique=False)
    op.create_index(op.f("ix_proofs_version_id"), "proofs", ["version_id"], unique=False)
    op.create_table(
        "approvals",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("slot_id", sa.UUID(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.UUID(), nullable=False),
        sa.Column("proof_id", sa.UUID(), nullable=True),
        sa.Column("source_sha256", sa.String(length=64), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("answer", sa.String(length=24), nullable=False),
        sa.Column("typed_name", sa.String(length=200), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("rule", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("actor_kind", sa.String(length=16), nullable=False),
        sa.Column("actor_id", sa.UUID(), nullable=True),
        sa.Column("actor_label", sa.String(length=200), nullable=False),
        sa.Column("ip", sa.String(length=64), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "answer IN ('approved', 'sent', 'changes_requested', 'superseded')",
            name=op.f("ck_approvals_answer"),
        ),
        sa.CheckConstraint(
            "stage <> 'customer' OR answer <> 'approved' OR coalesce(length(typed_name), 0) >= 2",
            name=op.f("ck_approvals_signature"),
        ),
        sa.CheckConstraint(
            "stage IN ('internal', 'customer', 'override')", name=op.f("ck_approvals_stage")
        ),
        sa.ForeignKeyConstraint(
            ["proof_id"], ["proofs.id"], name=op.f("fk_approvals_proof_id_proofs")
        ),
        sa.ForeignKeyConstraint(
            ["slot_id"], ["artwork_slots.id"], name=op.f("fk_approvals_slot_id_artwork_slots")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["artwork_versions.id"],
            name=op.f("fk_approvals_version_id_artwork_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approvals")),
        sa.UniqueConstraint("slot_id", "position", name=op.f("uq_approvals_slot_id_position")),
    )
    op.create_index(op.f("ix_approvals_version_id"), "approvals", ["version_id"], unique=False)
    for table in APPEND_ONLY:
        protect(table)


def downgrade() -> None:
    """Undo."""
    op.drop_index(op.f("ix_approvals_version_id"), table_name="approvals")
    op.drop_table("approvals")
    op.drop_index(op.f("ix_proofs_version_id"), table_name="proofs")
    op.drop_index(op.f("ix_proofs_asset_id"), table_name="proofs")
    op.drop_table("proofs")
    op.drop_index(op.f("ix_preflight_reports_version_id"), table_name="preflight_reports")
    op.drop_table("preflight_reports")
    op.drop_index(op.f("ix_artwork_versions_asset_id"), table_name="artwork_versions")
    op.drop_table("artwork_versions")
    op.drop_index(op.f("ix_artwork_slots_upload_id"), table_name="artwork_slots")
    op.drop_index(op.f("ix_artwork_slots_stream_id"), table_name="artwork_slots")
    op.drop_index(op.f("ix_artwork_slots_state_entered_at"), table_name="artwork_slots")
    op.drop_table("artwork_slots")
