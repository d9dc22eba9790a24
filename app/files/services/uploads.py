"""Uploads in the database: begun, taken over by an order, finished, given up, refused."""

import re
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from app.core.actor import Actor
from app.core.clock import now
from app.core.db import db, locked
from app.core.errors import AlreadyDone, BadInput, NotFound, WrongState
from app.core.events import record
from app.core.ids import new_id
from app.core.settings import current
from app.core.storage import INTAKE
from app.core.translations import _
from app.core.web.formats import quantity
from app.files.models import Upload
from app.files.names import clean_name
from app.files.parts import count_parts, part_size_bytes, refuse_early
from app.files.services.limits import check_limits, network_key
from app.files.states import CHECKED, UPLOAD
from app.inspection.results import Refusal

SHA256 = re.compile(r"[0-9a-f]{64}")
OPEN_MAX = 40  # unfinished uploads of one browser


class ForeignUpload(NotFound):
    """The upload is not of this browser: it is answered as one that is not there, and logged."""


@dataclass(frozen=True)
class Ticket:
    """What the network calls need of an upload, free of the session."""

    upload_id: uuid.UUID
    file_name: str
    size_bytes: int
    storage_key: str
    multipart_id: str | None
    part_size_bytes: int
    state: str
    declared_sha256: str | None
    is_of_staff: bool = False

    @property
    def part_count(self) -> int:
        return count_parts(self.size_bytes, self.part_size_bytes)

    def size_of_part(self, number: int) -> int:
        """Return how many bytes part `number` has: all the same, the last one what is left."""
        before = (number - 1) * self.part_size_bytes
        return min(self.part_size_bytes, self.size_bytes - before)


def ticket_of(upload: Upload) -> Ticket:
    """Return the ticket of an upload."""
    return Ticket(
        upload.id, upload.file_name, upload.declared_size_bytes, upload.storage_key,
        upload.multipart_id, upload.part_size_bytes, upload.state, upload.declared_sha256,
        upload.is_of_staff,
    )  # fmt: skip


def _record(
    event: str, upload: Upload, actor: Actor, change: dict[str, dict[str, str]], **data: Any
) -> None:
    data = {"file_name": upload.file_name, **data}
    record(event, upload, actor, stream_id=upload.stream_id, data=data, **change)


def start_upload(
    owner_key: str,
    file_name: str,
    size_bytes: int,
    *,
    actor: Actor,
    accept: tuple[str, ...] = (),
    network: str | None = None,
) -> Ticket:
    """Register an upload with a storage key of its own and return its ticket with the part plan.

    `accept` are the kinds the product takes (empty: all). Raises FileRefused for what name and size
    rule out, BadInput where this browser has too many unfinished uploads, TooManyUploads where strangers of
    `network` (None: staff) or all of them together sent too much. Records upload.started.
    """
    name = clean_name(file_name)
    refuse_early(name, size_bytes, current().upload_max_bytes, accept)
    query = select(func.count()).where(Upload.owner_key == owner_key, Upload.state == "receiving")
    if (db.session.scalar(query) or 0) >= OPEN_MAX:
        raise BadInput(
            _("There are %(most)s unfinished uploads from this browser.", most=OPEN_MAX),
            next_step=_("Finish or cancel some of them first."),
            field="file",
        )
    key = None if network is None else network_key(network)
    if key is not None:
        check_limits(key, size_bytes)
    upload_id, started = new_id(), now()
    upload = Upload(
        id=upload_id,
        owner_key=owner_key,
        network_key=key,
        file_name=name,
        declared_size_bytes=size_bytes,
        part_size_bytes=part_size_bytes(size_bytes),
        storage_key=f"{INTAKE}uploads/{started:%Y/%m}/{upload_id}",
        looked_at=started,
    )
    db.session.add(upload)
    db.session.flush()
    change = {"after": {"state": upload.state}}
    _record("upload.started", upload, actor, change, size_bytes=size_bytes)
    return ticket_of(upload)


def multipart_opened(upload_id: uuid.UUID, multipart_id: str) -> Upload:
    """Keep the id under which storage takes the parts. Locks the upload."""
    upload = locked(Upload, upload_id)
    if upload.multipart_id is None:
        upload.multipart_id = multipart_id
        db.session.flush()
    return upload


def declare_sha256(upload_id: uuid.UUID, sha256: str | None, *, owner_key: str) -> Ticket:
    """Keep what SHA-256 (hex) the browser says the whole file has; the check compares it with what arrived.

    What was declared first counts; None declares nothing. Returns the ticket. Raises NotFound for another
    browser's upload, BadInput for what is no SHA-256. Locks the upload.
    """
    if sha256 is not None and not SHA256.fullmatch(sha256):
        raise BadInput(_("The checksum of the file could not be read."), field="sha256")
    upload = _own(locked(Upload, upload_id), owner_key)
    if sha256 is not None and upload.state == "receiving" and upload.declared_sha256 is None:
        upload.declared_sha256 = sha256
        db.session.flush()
    return ticket_of(upload)


def _own(upload: Upload | None, owner_key: str | None) -> Upload:
    """`owner_key` None is the shop's own sweep, which may touch every upload."""
    if upload is None or owner_key not in (None, upload.owner_key):
        raise ForeignUpload(_("There is no such upload."), next_step=_("Drop the file in again."))
    return upload


def find_upload(upload_id: uuid.UUID, *, owner_key: str) -> Upload:
    """Return the upload if it is this browser's; raise NotFound otherwise, whoever's it is."""
    return _own(db.session.get(Upload, upload_id), owner_key)


def find_ticket(upload_id: uuid.UUID, *, owner_key: str) -> Ticket:
    """Return the ticket of an upload of this browser; raises NotFound."""
    return ticket_of(find_upload(upload_id, owner_key=owner_key))


def complete_upload(
    upload_id: uuid.UUID, size_bytes: int, *, owner_key: str | None, actor: Actor
) -> Upload:
    """Note that the whole file is in storage; the check follows by the event upload.completed.

    `size_bytes` is what storage says. Another size than announced refuses the upload. Raises
    NotFound for another browser's upload, AlreadyDone for the second call. Locks the upload.
    """
    upload = _own(locked(Upload, upload_id), owner_key)
    if upload.state in CHECKED:  # the check was quicker than the second click
        raise AlreadyDone(_("This file arrived before. Nothing was changed."))
    if upload.state == "receiving" and size_bytes != upload.declared_size_bytes:
        changed = Refusal(
            code="changed",
            sentence=_(
                "The file changed while it was sent: %(arrived)s bytes arrived, %(announced)s were announced.",
                arrived=quantity(size_bytes),
                announced=quantity(upload.declared_size_bytes),
            ),
            next_step=_("Close it in other programs and upload it again."),
        )
        return refuse_upload(upload_id, changed, actor=actor)
    change = UPLOAD.fire(upload, "complete")
    _record("upload.completed", upload, actor, change, size_bytes=size_bytes)
    return upload


def refuse_upload(upload_id: uuid.UUID, refusal: Refusal, *, actor: Actor) -> Upload:
    """Refuse the file with a sentence that its owner sees. Raises AlreadyDone for the second call.

    Locks the upload. Records upload.refused.
    """
    upload = locked(Upload, upload_id)
    change = UPLOAD.fire(upload, "refuse")
    upload.refusal_code = refusal.code
    upload.refusal = f"{refusal.sentence} {refusal.next_step}".strip()
    _record("upload.refused", upload, actor, change, **refusal.model_dump(exclude={"detail"}))
    return upload


def abort_upload(upload_id: uuid.UUID, *, owner_key: str | None, actor: Actor) -> Ticket:
    """Give up an unfinished upload and return the ticket with which its parts are dropped.

    Raises NotFound for another browser's upload, WrongState for a finished one, AlreadyDone for the
    second call. Locks the upload. Records upload.abandoned.
    """
    upload = _own(locked(Upload, upload_id), owner_key)
    _record("upload.abandoned", upload, actor, UPLOAD.fire(upload, "abandon"))
    return ticket_of(upload)


def claim_upload(
    upload_id: uuid.UUID, *, stream_id: uuid.UUID, owner_key: str, actor: Actor
) -> Upload:
    """Hand an upload of this browser over to the order `stream_id`; its check may still be running.

    The same order twice changes nothing. Raises NotFound for another browser's upload, WrongState
    for one that another order has, or that was given up. Locks the upload. The event is the one of
    the verb that takes the file.
    """
    upload = _own(locked(Upload, upload_id), owner_key)
    if upload.stream_id == stream_id:
        return upload
    if upload.stream_id is not None:
        raise WrongState(
            _("This file belongs to another order already."),
            next_step=_("Upload it again for this one."),
        )
    if upload.state == "abandoned":
        raise WrongState(_("This upload was not finished."), next_step=_("Drop the file in again."))
    upload.stream_id = stream_id
    db.session.flush()
    return upload
