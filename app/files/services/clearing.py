"""Removing from the intake what came of an upload that is over, in the three steps of a slow reaction."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import exists, select

from app.core import archive, storage
from app.core.clock import now
from app.core.db import db, get, locked
from app.core.errors import Unavailable
from app.core.events import Event
from app.core.sandbox import workspace
from app.core.translations import _
from app.files.models import Asset, Upload
from app.files.services.parts import drop_parts
from app.files.services.uploads import Ticket, ticket_of
from app.files.states import OVER

LEFT_FOR = timedelta(minutes=5)  # the reaction to the event is given so long before the sweep looks
AT_ONCE = 20


@dataclass(frozen=True)
class Leftover:
    """What an upload that is over left in the intake, and the kept file that was made of it."""

    ticket: Ticket
    kept: archive.StoredPaper | None
    media_type: str = ""


def load(event: Event) -> Leftover | None:
    """Return what is to be removed; None where it was, or where an old asset is read from there."""
    return leftover_of(get(Upload, event.subject_id))


def leftover_of(upload: Upload) -> Leftover | None:
    """Return what of an upload nobody needs any more in the intake; None where there is nothing such."""
    if upload.state not in OVER or upload.cleared_at is not None:
        return None
    if db.session.scalar(select(exists().where(Asset.storage_key == upload.storage_key))):
        return None  # as all files lay before they were kept by their hash
    asset, ticket = upload.asset, ticket_of(upload)
    if asset is None:
        return Leftover(ticket, None)
    kept = archive.StoredPaper(asset.storage_key, asset.sha256, asset.size_bytes)
    return Leftover(ticket, kept, asset.media_type)


def due_leftovers() -> list[Leftover]:
    """Return up to 20 leftovers that the reaction did not remove within five minutes."""
    query = (
        select(Upload)
        .where(
            Upload.cleared_at.is_(None),
            Upload.state.in_(OVER),
            Upload.updated_at < now() - LEFT_FOR,
            ~exists().where(Asset.storage_key == Upload.storage_key),
        )
        .order_by(Upload.updated_at)
        .limit(AT_ONCE)
    )
    return [left for upload in db.session.scalars(query) if (left := leftover_of(upload))]


def act(left: Leftover) -> uuid.UUID:
    """Remove the file and its parts from the intake; return the upload's id. No transaction is open.

    Not before the kept file is in the archive, where it is put again if it is not. Raises Unavailable.
    """
    if left.kept is not None:
        _see_kept(left)
    if not drop_parts(left.ticket):
        raise Unavailable(_("The file storage keeps what was sent locked; it is removed later."))
    return left.ticket.upload_id


def _see_kept(left: Leftover) -> None:
    kept = left.kept
    assert kept is not None
    stored = storage.head(kept.storage_key)
    if stored is not None and stored["size_bytes"] == kept.size_bytes:
        return
    if storage.head(left.ticket.storage_key) is None:
        return  # `flask check` names the file that is missing; nothing here could mend it
    with workspace() as folder:
        path = folder / "file"
        if storage.fetch_to(left.ticket.storage_key, path) == kept.sha256:
            archive.keep_file(archive.folder_of(kept.storage_key), path, "", left.media_type)


def save(event: Event, left: Leftover, upload_id: uuid.UUID) -> None:
    """Write down that nothing of the upload is left in the intake. Locks the upload."""
    mark_cleared(upload_id)


def mark_cleared(upload_id: uuid.UUID) -> None:
    """Write down that nothing of the upload is left in the intake. Locks the upload."""
    locked(Upload, upload_id).cleared_at = now()
    db.session.flush()
