"""Asset rows: found by their bytes, made once."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.core import storage
from app.core.db import db
from app.core.ids import new_id
from app.files.file_facts import FileFacts
from app.files.inspection import DrawnPicture, StoredPicture
from app.files.models import Asset, Preview


def keep_asset(
    storage_key: str, *, sha256: str, size_bytes: int, media_type: str, facts: FileFacts
) -> Asset:
    """Return the asset of these bytes, made now if it is the first time they are seen.

    Two workers with the same bytes at once get the same row (the second waits for the first).
    """
    row = {
        "id": new_id(),
        "sha256": sha256,
        "size_bytes": size_bytes,
        "media_type": media_type,
        "storage_key": storage_key,
        "facts": facts,
    }
    db.session.execute(insert(Asset).values(row).on_conflict_do_nothing(index_elements=["sha256"]))
    return db.session.scalars(select(Asset).where(Asset.sha256 == sha256)).one()


def store_pictures(drawn: Iterable[DrawnPicture], place: str) -> list[StoredPicture]:
    """Put pictures into storage under `place`; the same place twice is one set of pictures.

    Slow: no transaction may be open.
    """
    stored = []
    for picture in drawn:
        key = f"{place}/{picture.kind}.webp"
        storage.put_file(key, Path(picture.path), "image/webp")
        stored.append(StoredPicture(picture.kind, key, picture.width_px, picture.height_px))
    return stored


def keep_previews(asset: Asset, pictures: Iterable[StoredPicture]) -> None:
    """Write the rows of an asset's pictures; those it has already stay."""
    for position, picture in enumerate(pictures):
        values = {"id": new_id(), "asset_id": asset.id, "position": position, **vars(picture)}
        statement = insert(Preview).values(values).on_conflict_do_nothing()
        db.session.execute(statement)
    db.session.expire(asset, ["previews"])
