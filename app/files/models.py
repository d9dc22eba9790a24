"""Assets (stored, checked files), the uploads they came by, and their pictures."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Model, Record, state_column
from app.core.typed_json import TypedJSON
from app.files.states import UPLOAD
from app.inspection.file_facts import FileFacts

UNCLEARED = "cleared_at IS NULL AND state IN ('ready', 'refused', 'abandoned')"
UNCLAIMED = "stream_id IS NULL AND state IN ('receiving', 'uploaded', 'ready')"

STAFF_OWNERS = "staff:"  # how the owner keys of staff's uploads begin


class Asset(Record, Model):
    """A stored file, known by the SHA-256 of its bytes: the same bytes twice are one asset."""

    __tablename__ = "assets"

    sha256: Mapped[str] = mapped_column(
        String(64), CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"), unique=True
    )
    size_bytes: Mapped[int] = mapped_column(
        BigInteger, CheckConstraint("size_bytes > 0", name="size")
    )
    media_type: Mapped[str] = mapped_column(String(100))
    storage_key: Mapped[str] = mapped_column(String(300), unique=True)
    facts: Mapped[FileFacts] = mapped_column(TypedJSON(FileFacts), default=FileFacts)

    previews: Mapped[list[Preview]] = relationship(
        back_populates="asset", order_by="Preview.position", lazy="select"
    )


class Preview(Record, Model):
    """A picture of an asset: ``thumb``, ``page-1`` and so on, ``print-1`` where a proof shows another part of
    the page, or ``turntable``."""

    __tablename__ = "previews"
    __table_args__ = (UniqueConstraint("asset_id", "kind"),)

    asset_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("assets.id"))
    kind: Mapped[str] = mapped_column(String(32))
    position: Mapped[int] = mapped_column(Integer)
    storage_key: Mapped[str] = mapped_column(String(300), unique=True)
    width_px: Mapped[int] = mapped_column(Integer, CheckConstraint("width_px > 0", name="width"))
    height_px: Mapped[int] = mapped_column(Integer, CheckConstraint("height_px > 0", name="height"))

    asset: Mapped[Asset] = relationship(back_populates="previews")


class Upload(Record, Model):
    """One file on its way from a browser to storage.

    `owner_key` says whose browser it is, `network_key` (a keyed hash) from which network a stranger's came,
    `stream_id` the order that took it over. `storage_key` is this upload's alone; what is stored there is removed
    once the upload is checked or given up (`cleared_at`).
    """

    __tablename__ = "uploads"
    __table_args__ = (
        Index(None, "owner_key", "state"),
        Index(None, "stream_id"),
        Index(None, "asset_id"),
        Index("ix_uploads_unfinished", "looked_at", postgresql_where=text("state = 'receiving'")),
        Index("ix_uploads_network", "network_key", "created_at"),
        Index("ix_uploads_unclaimed", "updated_at", postgresql_where=text(UNCLAIMED)),
        Index("ix_uploads_uncleared", "updated_at", postgresql_where=text(UNCLEARED)),
    )

    stream_id: Mapped[uuid.UUID | None]
    owner_key: Mapped[str] = mapped_column(String(200))
    file_name: Mapped[str] = mapped_column(String(255))
    declared_size_bytes: Mapped[int] = mapped_column(
        BigInteger, CheckConstraint("declared_size_bytes > 0", name="size")
    )
    part_size_bytes: Mapped[int] = mapped_column(
        BigInteger, CheckConstraint("part_size_bytes > 0", name="part_size")
    )
    storage_key: Mapped[str] = mapped_column(String(300), unique=True)
    multipart_id: Mapped[str | None] = mapped_column(Text)
    declared_sha256: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[str] = state_column(UPLOAD)
    refusal: Mapped[str | None] = mapped_column(Text)
    refusal_code: Mapped[str | None] = mapped_column(String(32))
    asset_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("assets.id"))
    network_key: Mapped[str | None] = mapped_column(String(64))
    looked_at: Mapped[datetime]
    cleared_at: Mapped[datetime | None]

    asset: Mapped[Asset | None] = relationship()

    @property
    def is_of_staff(self) -> bool:
        return self.owner_key.startswith(STAFF_OWNERS)


class ObjectRemoval(Record, Model):
    """An object of the archive that nothing refers to any more, to be removed by the sweep."""

    __tablename__ = "object_removals"

    storage_key: Mapped[str] = mapped_column(String(300), unique=True)
