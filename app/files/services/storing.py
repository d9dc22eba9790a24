"""Asset rows: found by their bytes, made once."""

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.core import archive
from app.core.db import db
from app.core.ids import new_id
from app.files.models import Asset, Preview
from app.files.services.expiring import keep_after_all
from app.inspection.results import CheckedFile, DrawnPicture, StoredPicture

MEDIA_TYPES = {".jpg": "image/jpeg", ".webp": "image/webp"}


def keep_asset(checked: CheckedFile) -> Asset:
    """Return the asset of these bytes with its pictures, made now if they are seen for the first time.

    Two workers with the same bytes at once get the same row (the second waits for the first).
    Pictures that the asset has already stay. An asset from before files were kept by their hash moves to the
    copy that is.
    """
    held = checked.inspection
    row = {
        "id": new_id(),
        "storage_key": checked.storage_key,
        **{name: getattr(held, name) for name in ("sha256", "size_bytes", "media_type", "facts")},
    }
    db.session.execute(insert(Asset).values(row).on_conflict_do_nothing(index_elements=["sha256"]))
    asset = db.session.scalars(select(Asset).where(Asset.sha256 == held.sha256)).one()
    if not archive.named_hash(asset.storage_key) and archive.named_hash(checked.storage_key):
        asset.storage_key = checked.storage_key
    for position, picture in enumerate(checked.pictures):
        values = {"id": new_id(), "asset_id": asset.id, "position": position, **vars(picture)}
        db.session.execute(insert(Preview).values(values).on_conflict_do_nothing())
    keep_after_all([asset.storage_key, *(picture.storage_key for picture in checked.pictures)])
    db.session.expire(asset, ["previews"])
    return asset


def store_pictures(drawn: Iterable[DrawnPicture], place: str) -> list[StoredPicture]:
    """Put pictures into storage under `place`; the same place twice is one set of pictures.

    Slow: no transaction may be open.
    """
    stored = []
    for picture in drawn:
        path = Path(picture.path)
        kept = archive.keep_file(
            f"{place}/{picture.kind}", path, path.suffix, MEDIA_TYPES[path.suffix], is_locked=False
        )
        size = (picture.width_px, picture.height_px)
        stored.append(StoredPicture(picture.kind, kept.storage_key, *size))
    return stored
