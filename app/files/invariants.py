"""Stored files are there, whole and unchanged. Asked by `flask check`."""

from collections.abc import Iterator

from sqlalchemy import select

from app.core import archive, storage
from app.core.db import db
from app.core.invariants import invariant, no_rows
from app.files.models import Asset, Preview


@invariant("Every stored file is there with its hash")
def files_are_whole() -> Iterator[str]:
    """Read each asset from storage and compare size and SHA-256."""
    rows = db.session.execute(
        select(Asset.id, Asset.storage_key, Asset.size_bytes, Asset.sha256).order_by(Asset.id)
    ).all()
    db.session.rollback()  # storage is read without a transaction
    for asset_id, key, size_bytes, sha256 in rows:
        stored = storage.head(key)
        if stored is None:
            yield f"asset {asset_id}: nothing is stored under {key}"
        elif stored["size_bytes"] != size_bytes:
            yield f"asset {asset_id}: {stored['size_bytes']} bytes stored, {size_bytes} expected"
        elif not archive.is_whole(key, sha256):
            yield f"asset {asset_id}: the stored bytes are not those of {sha256}"


@invariant("Every picture of a file is stored")
def pictures_are_there() -> Iterator[str]:
    """Look for the object of each preview."""
    rows = db.session.execute(select(Preview.id, Preview.storage_key).order_by(Preview.id)).all()
    db.session.rollback()
    for preview_id, key in rows:
        if not storage.exists(key):
            yield f"preview {preview_id}: nothing is stored under {key}"


uploads_have_outcomes = no_rows(
    "A checked upload has its asset, a refused one its sentence",
    """
    SELECT id, state, asset_id, refusal FROM uploads
    WHERE (state = 'ready') <> (asset_id IS NOT NULL)
       OR (state = 'refused') <> (coalesce(refusal, '') <> '')
    """,
    "upload {id} is {state}, its asset is {asset_id} and its refusal “{refusal}”",
)
