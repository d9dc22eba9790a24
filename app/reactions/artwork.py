"""Between files, artwork, quotes and jobs: checked files become versions, signatures open gates."""

import uuid

from sqlalchemy import select

from app.artwork.models import ArtworkSlot
from app.artwork.services import output, slots
from app.artwork.states import APPROVED
from app.core.actor import system
from app.core.db import db, get, locked
from app.core.events import Event
from app.core.translations import _
from app.files.models import Upload
from app.orders import services as orders
from app.orders.models import OrderLine
from app.production import services as production
from app.production.job_tree import lock_job_tree
from app.production.models import Job
from app.production.states import ENDED
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
        slots.add_version(
            slot.id, upload.asset_id, upload.file_name, actor=system(), upload_id=upload.id
        )


def give_back(event: Event) -> None:
    """upload.refused and upload.abandoned: the slot waits for another file and keeps the sentence for the customer."""
    upload = get(Upload, event.subject_id)
    slot = slots.slot_checking(upload.id)
    if slot is not None:
        unfinished = _("The upload was not finished. Please send the file again.")
        sentence = upload.refusal or unfinished
        slots.file_refused(slot.id, sentence, actor=system(), upload_id=upload.id)


def supersede_quote(event: Event) -> None:
    """artwork.file_received: a quote that was sent before this file no longer fits it."""
    upload_id = uuid.UUID((event.data or {})["upload_id"])
    orders.supersede_by_new_file(
        event.stream_id, actor=system(), received_seq=event.stream_seq, upload_id=upload_id
    )


def match_gate(event: Event) -> None:
    """artwork.file_received and proof.signed: the gate of the slot's job is open for exactly the file
    that is approved now, whatever came before."""
    job = job_of(event.subject_id)
    if job is not None:
        match_artwork_gate(job, event.subject_id)


def open_if_signed(event: Event) -> None:
    """job.created: its artwork may have been signed before the order was placed."""
    job = get(Job, event.subject_id)
    line = get(OrderLine, job.line_id)
    if job.kind == "first" and line.artwork_slot_id is not None:
        match_artwork_gate(job, line.artwork_slot_id)


def match_artwork_gate(job: Job, slot_id: uuid.UUID) -> None:
    """Open or close the job's artwork gate as the slot's approval stands. Locks the slot, so that two
    reactions to it never undo each other, then the order and the job tree."""
    slot = locked(ArtworkSlot, slot_id)
    found = lock_job_tree(job.id)
    gate = gate_of(found.job, "artwork")
    if gate is None or found.job.state in ENDED:
        return
    approved = output.approved_output(slot_id)[1] if slot.state in APPROVED else None
    if gate.is_open and found.job.approved_sha256 != approved:
        production.close_gate(
            job.id,
            "artwork",
            cause="new_version",
            waits_for=_("the customer's approval of the new version"),
            actor=system(),
        )
    if approved is not None:
        open_gate(job, "artwork", approved_sha256=approved)
