"""The check of an uploaded file by a worker, in the three steps of a slow reaction."""

import shutil
from contextlib import suppress

from app.core import archive, storage
from app.core.actor import system
from app.core.db import db, get, locked
from app.core.errors import AlreadyDone, Unavailable, WrongState
from app.core.events import Event, record
from app.core.sandbox import workspace
from app.core.web.formats import quantity
from app.files.models import Upload
from app.files.services import check_slots
from app.files.services.storing import keep_asset, store_pictures
from app.files.services.uploads import Ticket, refuse_upload, ticket_of
from app.files.states import UPLOAD
from app.inspection.inspect import STAFF, STRANGERS, Limits, inspect_safely
from app.inspection.results import CheckedFile, Refusal

SPARE_BYTES = 512 * 1024 * 1024  # room for previews beside the file
PICTURES_VERSION = 1  # part of the key, so that better pictures can be made later


def load(event: Event) -> Ticket | None:
    """Return what the check needs; None where the upload was checked before."""
    upload = get(Upload, event.subject_id)
    return ticket_of(upload) if upload.state == "uploaded" else None


def load_of_staff(event: Event) -> Ticket | None:
    """Return what the check of a file that staff sent needs, None for any other."""
    upload = get(Upload, event.subject_id)
    return load(event) if upload.is_of_staff else None


def load_of_others(event: Event) -> Ticket | None:
    """Return what the check of a file that a customer or a stranger sent needs, None for any other.

    Also what the check of a file of staff needs that was queued before these had a check of their own.
    Raises Later where two files of its network are being checked; takes that network's lock.
    """
    upload = get(Upload, event.subject_id)
    if upload.is_of_staff:
        return load(event) if check_slots.is_only_check(event) else None
    ticket = load(event)
    if ticket is not None:
        check_slots.take_slot(upload)
    return ticket


def act_for_others(ticket: Ticket) -> CheckedFile | Refusal:
    """As `act`, with the limits for files of strangers, unless it is one of staff."""
    return act(ticket, STAFF if ticket.is_of_staff else STRANGERS)


def act(ticket: Ticket, limits: Limits = STAFF) -> CheckedFile | Refusal:
    """Fetch the file, look at it in the sandbox, keep it and its pictures in the archive. No transaction is open.

    Returns the file with its pictures, or why it is refused.
    """
    stored = storage.head(ticket.storage_key)
    if stored is None or stored["size_bytes"] != ticket.size_bytes:
        arrived = quantity(stored["size_bytes"] if stored else 0)
        return Refusal(
            code="changed",
            sentence=f"{arrived} of {quantity(ticket.size_bytes)} bytes are in storage.",
            next_step="Upload the file again.",
        )
    with workspace() as folder:
        if shutil.disk_usage(folder).free < ticket.size_bytes + SPARE_BYTES:
            raise Unavailable("The worker has no room to check this file.")
        path, pictures = folder / "file", folder / "pictures"
        pictures.mkdir()
        sha256 = storage.fetch_to(ticket.storage_key, path)
        if path.stat().st_size != ticket.size_bytes:
            raise Unavailable("Storage gave only part of the file.")
        if ticket.declared_sha256 not in (None, sha256):
            return Refusal(
                code="damaged",
                sentence="The file was damaged on its way to us: its bytes are not those you sent.",
                next_step="Upload it again.",
            )
        found = inspect_safely(path, ticket.file_name, pictures, limits)
        if isinstance(found, Refusal):
            return found
        kept = archive.keep_file("files", path, "", found.media_type)
        if not kept.sha256 == sha256 == found.sha256:
            raise Unavailable("The file changed while it was checked.")
        # under a key made of the file's bytes, so that twice is once
        place = f"previews/{sha256[:2]}/{sha256}/{PICTURES_VERSION}"
        return CheckedFile(found, store_pictures(found.previews, place), kept.storage_key)


def save(event: Event, ticket: Ticket, found: CheckedFile | Refusal) -> None:
    """Write the outcome: the asset with its pictures, or the refusal with its sentence.

    Raises AlreadyDone where another worker wrote it. Locks the upload. Records upload.checked or
    upload.refused.
    """
    if isinstance(found, Refusal):
        refuse_upload(ticket.upload_id, found, actor=system())
        return
    upload = locked(Upload, ticket.upload_id)
    change = UPLOAD.fire(upload, "accept")
    asset = keep_asset(found)
    upload.asset_id = asset.id
    db.session.flush()
    record(
        "upload.checked",
        upload,
        system(),
        stream_id=upload.stream_id,
        **change,
        data={
            "asset_id": asset.id,
            "sha256": asset.sha256,
            "media_type": asset.media_type,
            "size_bytes": asset.size_bytes,
            "file_name": upload.file_name,
        },
    )


def failed(event: Event, problem: BaseException) -> None:
    """Say so to the owner where the check could not be made at all, after the last attempt."""
    refusal = Refusal(
        code="not_checked",
        sentence="We could not check this file.",
        next_step="Upload it again, or write to us; we look into it.",
    )
    with suppress(AlreadyDone, WrongState):
        refuse_upload(event.subject_id, refusal, actor=system())
