"""Files that an earlier version stored as they were joined from parts: each is written once more, by its hash."""

import uuid
from dataclasses import dataclass

from sqlalchemy import select

from app.core import archive, storage
from app.core.db import db, locked
from app.core.sandbox import workspace
from app.files.models import Asset

BY_HASH = r"/[0-9a-f]{64}(\.[a-z0-9]+)?$"
AT_ONCE = 20


@dataclass(frozen=True)
class OldFile:
    """An asset that lies under a key from before files were kept by their hash."""

    asset_id: uuid.UUID
    storage_key: str
    sha256: str
    media_type: str


def old_files() -> list[OldFile]:
    """Return up to 20 assets that are not kept by their hash yet, in no order, so that none stands in the way."""
    query = (
        select(Asset.id, Asset.storage_key, Asset.sha256, Asset.media_type)
        .where(~Asset.storage_key.regexp_match(BY_HASH))
        .order_by(db.func.random())
        .limit(AT_ONCE)
    )
    return [OldFile(*row) for row in db.session.execute(query)]


def carry(old: OldFile) -> str | None:
    """Write the file once more and return its new key; None where its bytes are not those of its hash.

    Asks storage, so no transaction may be open.
    """
    if storage.head(old.storage_key) is None:
        return None
    with workspace() as folder:
        path = folder / "file"
        if storage.fetch_to(old.storage_key, path) != old.sha256:
            return None
        return archive.keep_file("files", path, "", old.media_type).storage_key


def carried(old: OldFile, storage_key: str) -> None:
    """Let the asset be read from where it is kept now. What lay under the former key stays or is swept."""
    locked(Asset, old.asset_id).storage_key = storage_key
    db.session.flush()
