"""Files that an earlier version stored as they were joined from parts, and their pictures: each is written once
more, by its hash."""

import uuid
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import select

from app.core import archive, storage
from app.core.db import db, locked
from app.core.sandbox import workspace
from app.files.models import Asset, Preview
from app.files.services.storing import MEDIA_TYPES

BY_HASH = r"/[0-9a-f]{64}(\.[a-z0-9]+)?$"
AT_ONCE = 20


@dataclass(frozen=True)
class OldFile:
    """An asset or a picture that lies under a key from before files were kept by their hash; `sha256` is None
    where its row says none."""

    model: type[Asset] | type[Preview]
    row_id: uuid.UUID
    storage_key: str
    media_type: str
    sha256: str | None = None

    @property
    def place(self) -> tuple[str, str]:
        """The folder where it is kept from now on, and its suffix."""
        if self.model is Asset:
            return "files", ""
        former = PurePosixPath(self.storage_key)
        return str(former.with_suffix("")), former.suffix


def old_files() -> list[OldFile]:
    """Return up to 20 assets, else pictures, that are not kept by their hash yet, in no order, so that one that
    fails does not keep the others from being carried."""
    assets = select(Asset.id, Asset.storage_key, Asset.media_type, Asset.sha256)
    found = db.session.execute(_in_no_order(assets, Asset))
    if files := [OldFile(Asset, *row) for row in found]:
        return files
    pictures = db.session.execute(_in_no_order(select(Preview.id, Preview.storage_key), Preview))
    return [
        OldFile(Preview, row_id, key, MEDIA_TYPES[PurePosixPath(key).suffix])
        for row_id, key in pictures
    ]


def _in_no_order(query: Any, model: type[Asset] | type[Preview]) -> Any:
    old = query.where(~model.storage_key.regexp_match(BY_HASH))
    return old.order_by(db.func.random()).limit(AT_ONCE)


def carry(old: OldFile) -> str | None:
    """Write the file once more and return its new key; None where it is missing, or its bytes are not those of
    its hash.

    Asks storage, so no transaction may be open.
    """
    if storage.head(old.storage_key) is None:
        return None
    folder, suffix = old.place
    with workspace() as room:
        path = room / "file"
        if storage.fetch_to(old.storage_key, path) != old.sha256 and old.sha256 is not None:
            return None
        is_file = old.model is Asset
        kept = archive.keep_file(folder, path, suffix, old.media_type, is_locked=is_file)
    return kept.storage_key


def carried(old: OldFile, storage_key: str) -> None:
    """Let the row be read from where it is kept now. What lay under the former key stays or is swept."""
    locked(old.model, old.row_id).storage_key = storage_key
    db.session.flush()
