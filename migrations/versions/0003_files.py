"""Tables of the room files."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003_files"
down_revision = "0002_accounts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "assets",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("storage_key", sa.String(length=300), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
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
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_assets_sha256")),
        sa.CheckConstraint("size_bytes > 0", name=op.f("ck_assets_size")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assets")),
        sa.UniqueConstraint("sha256", name=op.f("uq_assets_sha256")),
        sa.UniqueConstraint("storage_key", name=op.f("uq_assets_storage_key")),
    )
    op.create_table(
        "previews",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("asset_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("storage_key", sa.String(length=300), nullable=False),
        sa.Column("width_px", sa.Integer(), nullable=False),
        sa.Column("height_px", sa.Integer(), nullable=False),
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
        sa.ForeignKeyConstraint(
            ["asset_id"], ["assets.id"], name=op.f("fk_previews_asset_id_assets")
        ),
        sa.CheckConstraint("height_px > 0", name=op.f("ck_previews_height")),
        sa.CheckConstraint("width_px > 0", name=op.f("ck_previews_width")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_previews")),
        sa.UniqueConstraint("asset_id", "kind", name=op.f("uq_previews_asset_id_kind")),
        sa.UniqueConstraint("storage_key", name=op.f("uq_previews_storage_key")),
    )
    op.create_table(
        "uploads",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("stream_id", sa.UUID(), nullable=True),
        sa.Column("owner_key", sa.String(length=200), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("declared_size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("part_size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("storage_key", sa.String(length=300), nullable=False),
        sa.Column("multipart_id", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.Column("refusal_code", sa.String(length=32), nullable=True),
        sa.Column("asset_id", sa.UUID(), nullable=True),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
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
        sa.ForeignKeyConstraint(
            ["asset_id"], ["assets.id"], name=op.f("fk_uploads_asset_id_assets")
        ),
        sa.CheckConstraint("part_size_bytes > 0", name=op.f("ck_uploads_part_size")),
        sa.CheckConstraint("declared_size_bytes > 0", name=op.f("ck_uploads_size")),
        sa.CheckConstraint(
            "state IN ('receiving', 'uploaded', 'ready', 'refused', 'abandoned')",
            name=op.f("ck_uploads_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
        sa.UniqueConstraint("storage_key", name=op.f("uq_uploads_storage_key")),
    )
    op.create_index(op.f("ix_uploads_asset_id"), "uploads", ["asset_id"], unique=False)
    op.create_index(
        op.f("ix_uploads_owner_key_state"), "uploads", ["owner_key", "state"], unique=False
    )
    op.create_index(op.f("ix_uploads_stream_id"), "uploads", ["stream_id"], unique=False)
    op.create_index(
        "ix_uploads_unfinished",
        "uploads",
        ["looked_at"],
        unique=False,
        postgresql_where=sa.text("state = 'receiving'"),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_index(
        "ix_uploads_unfinished",
        table_name="uploads",
        postgresql_where=sa.text("state = 'receiving'"),
    )
    op.drop_index(op.f("ix_uploads_stream_id"), table_name="uploads")
    op.drop_index(op.f("ix_uploads_owner_key_state"), table_name="uploads")
    op.drop_index(op.f("ix_uploads_asset_id"), table_name="uploads")
    op.drop_table("uploads")
    op.drop_table("previews")
    op.drop_table("assets")
