"""Checked files that no order took: forgotten after ``UNCLAIMED_DAYS``, and their bytes with them."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from app.core.actor import Actor
from app.core.clock import now
from app.core.db import db
from app.core.events import record
from app.core.ids import new_id
from app.core.settings import current
from app.files.models import Asset, ObjectRemoval, Preview, Upload
from app.files.states import UPLOAD

AT_ONCE = 50


def expire_unclaimed(*, actor: Actor) -> int:
    """Give up checked uploads that no order took in time, with their files if nothing else has them.

    Returns how many, at most 50 at a time. Locks the uploads, passing over those that are being taken.
    Records upload.abandoned.
    """
    until = now() - timedelta(days=current().unclaimed_days)
    query = (
        select(Upload)
        .where(Upload.stream_id.is_(None), Upload.state == "ready", Upload.updated_at < until)
        .order_by(Upload.updated_at)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    due = list(db.session.scalars(query))
    for upload in due:
        asset = upload.asset
        change = UPLOAD.fire(upload, "expire")
        upload.asset_id = None
        db.session.flush()
        record("upload.abandoned", upload, actor, data={"file_name": upload.file_name}, **change)
        if asset is not None:
            _forget(asset)
    return len(due)


def _forget(asset: Asset) -> None:
    """Remove the asset's rows unless something refers to it, and write down which objects to remove."""
    keys = [asset.storage_key, *(row.storage_key for row in asset.previews)]
    db.session.expunge(asset)
    with (
        suppress(IntegrityError),
        db.session.begin_nested(),
    ):  # an upload, a version or a proof has it
        db.session.execute(delete(Preview).where(Preview.asset_id == asset.id))
        db.session.execute(delete(Asset).where(Asset.id == asset.id))
        rows = [{"id": new_id(), "storage_key": key} for key in keys]
        db.session.execute(insert(ObjectRemoval).on_conflict_do_nothing(), rows)


def keep_after_all(keys: Iterable[str]) -> None:
    """Take back the removal of these objects: a file of the same bytes came again."""
    db.session.execute(delete(ObjectRemoval).where(ObjectRemoval.storage_key.in_(list(keys))))


def due_removals() -> list[str]:
    """Return up to 50 keys to remove, those written down longer than ``UPLOAD_GRACE_MINUTES`` ago, and put
    them last for the next look."""
    until = now() - timedelta(minutes=current().upload_grace_minutes)
    query = (
        select(ObjectRemoval)
        .where(
            ObjectRemoval.created_at < until,
            ~exists().where(Asset.storage_key == ObjectRemoval.storage_key),
            ~exists().where(Preview.storage_key == ObjectRemoval.storage_key),
        )
        .order_by(ObjectRemoval.updated_at)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    rows = list(db.session.scalars(query))
    for row in rows:
        row.updated_at = now()
    db.session.flush()
    return [row.storage_key for row in rows]
