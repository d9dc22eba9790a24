"""Between files, artwork, quotes and jobs: checked files become versions, signatures open gates."""

import uuid
from contextlib import suppress

from sqlalchemy import select

from app.artwork.models import ArtworkSlot
from app.artwork.services import output, slots
from app.artwork.states import APPROVED
from app.core.actor import system
from app.core.db import db, get
from app.core.errors import AlreadyDone
from app.core.events import Event
from app.core.translations import _
from app.files.models import Upload
from app.orders import services as orders
from app.orders.models import OrderLine
from app.production import services as production
from app.production.models import Job
from app.reactions.making import gate_of, open_gate


def job_of(slot_id: uuid.UUID) -> Job | None:
    """Return the first job of the order line that points at the slot, None where it has none."""
    query = select(Job).join(OrderLine, OrderLine.id == Job.line_id)
    return db.session.scalar(query.where(OrderLine.artwork_slot_id == slot_id, Job.kind == "first"))


def add_version(event: Event) -> None:
    """upload.checked: the file is the slot's next version; preflight says what it found."""
    upload = get(Upload, event.subject_id)
    slot = slots.slot_checking(upload.id)
    if slot is not None and upload.asset_id is not None:
        slots.add_version(slot.id, upload.asset_id, upload.file_name, actor=system())


def give_back(event: Event) -> None:
    """upload.refused: the slot waits for another file and keeps the sentence for the customer."""
    upload = get(Upload, event.subject_id)
    slot = slots.slot_checking(upload.id)
    if slot is not None:
        sentence = upload.refusal or _("We can't use this file.")
        slots.file_refused(slot.id, sentence, actor=system())


def supersede_quote(event: Event) -> None:
    """artwork.file_received: a quote that is out no longer fits a new file."""
    orders.supersede_by_new_file(event.stream_id, actor=system())


def close_gate(event: Event) -> None:
    """artwork.file_received: a new version voids the approval, so nothing may be started from it."""
    job = job_of(event.subject_id)
    gate = gate_of(job, "artwork") if job else None
    if gate is not None and gate.is_open:
        with suppress(AlreadyDone):
            production.close_gate(
                gate.job_id,
                "artwork",
                cause="new_version",
                waits_for=_("the customer's approval of the new version"),
                actor=system(),
            )


def open_artwork(event: Event) -> None:
    """proof.signed: the job may be made from exactly the file that was signed."""
    job = job_of(event.subject_id)
    if job is not None:
        _open(job, event.subject_id)


def open_if_signed(event: Event) -> None:
    """job.created: its artwork may have been signed before the order was placed."""
    job = get(Job, event.subject_id)
    line = get(OrderLine, job.line_id)
    if job.kind == "first" and line.artwork_slot_id is not None:
        _open(job, line.artwork_slot_id)


def _open(job: Job, slot_id: uuid.UUID) -> None:
    if get(ArtworkSlot, slot_id).state not in APPROVED:
        return
    _, approved_sha256 = output.approved_output(slot_id)
    open_gate(job, "artwork", approved_sha256=approved_sha256)
