"""Asset rows: found by their bytes, made once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.core.db import db
from app.core.ids import new_id
from app.files.file_facts import FileFacts
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


def keep_previews(asset: Asset, previews: list[dict[str, Any]]) -> None:
    """Write the rows of an asset's pictures; those it has already stay."""
    for position, picture in enumerate(previews):
        values = {"id": new_id(), "asset_id": asset.id, "position": position, **picture}
        statement = insert(Preview).values(values).on_conflict_do_nothing()
        db.session.execute(statement)
    db.session.expire(asset, ["previews"])
