"""Opening a slot and taking files for it: a checked one becomes an immutable version, with its preflight report."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from app import preflight
from app.artwork.models import ArtworkSlot, ArtworkVersion, PreflightReport
from app.artwork.services.approvals import fire, newest_version, record_about, record_approval
from app.artwork.states import APPROVED, CHECKING, NEEDS_FILE
from app.catalog.properties import Artwork
from app.core.actor import Actor, require
from app.core.clock import now
from app.core.db import db, get, locked
from app.core.errors import AlreadyDone, NotFound, Refused
from app.core.events import record
from app.core.translations import _
from app.files.models import Asset, Upload
from app.files.services.uploads import claim_upload


def open_slot(
    stream_id: uuid.UUID, label: str, requirement: Artwork, *, actor: Actor
) -> ArtworkSlot:
    """Make an empty slot on the order `stream_id` and return it; it waits for a file.

    `requirement` is kept with the slot. The caller's verb has checked that `actor` may make or change
    that order.
    """
    if not actor.may("artwork.upload"):
        require(actor, "order.create")
    slot = ArtworkSlot(
        stream_id=stream_id,
        label=label[:200],
        requirement=requirement,
        state="awaiting_file",
        entered_at=now(),
    )
    db.session.add(slot)
    db.session.flush()
    return slot


def named_slot(name: str) -> ArtworkSlot | None:
    """Return the slot whose id is written as `name`; None where there is none, or it is no id."""
    try:
        return db.session.get(ArtworkSlot, uuid.UUID(name))
    except ValueError:
        return None


def may_replace(slot: ArtworkSlot, actor: Actor) -> bool:
    """Whether a file of `actor` may take the place of what is here: staff replace nothing signed."""
    return slot.state not in APPROVED or actor.kind != "staff"


def add_file(
    slot: ArtworkSlot, actor: Actor, upload_id: uuid.UUID, owner_key: str | None = None
) -> ArtworkSlot:
    """Give the uploaded file to the slot: it is being checked from now on, nothing is approved.

    `owner_key` is the browser's key of the upload; where it is given the upload is claimed for the
    order. A file whose check ended already becomes a version at once. Raises AlreadyDone for the same
    upload, NotFound for another person's, Refused where the file was refused. Locks the upload.
    """
    if owner_key is not None:
        claim_upload(upload_id, stream_id=slot.stream_id, owner_key=owner_key, actor=actor)
    upload = locked(Upload, upload_id)
    if upload.stream_id is not None and upload.stream_id != slot.stream_id:
        raise NotFound(_("There is nothing at this address."))
    if upload.id in (slot.upload_id, *(version.upload_id for version in slot.versions)):
        name = upload.file_name
        raise AlreadyDone(_("“%(name)s” was already uploaded. Nothing was changed.", name=name))
    if upload.refusal:
        raise Refused(upload.refusal, next_step=_("Upload a different file."), field="file")
    change = _void(slot, actor)
    slot.upload_id, slot.received_from = upload.id, actor.label[:200]
    slot.hold_reason = slot.last_problem = None
    record(
        "artwork.file_received",
        slot,
        actor,
        stream_id=slot.stream_id,
        **change,
        data={"upload_id": upload.id, "file_name": upload.file_name, "label": slot.label},
    )
    if upload.asset_id is not None:
        store_version(slot, upload.asset_id, upload.file_name, actor)
    return slot


def _void(slot: ArtworkSlot, actor: Actor) -> dict[str, Any]:
    """Move to checking; what was said about the version before stands in the history as superseded."""
    if slot.state in CHECKING:  # the file that is being checked gives way to this one
        return {"before": {"state": "checking"}, "after": {"state": "checking"}}
    version = newest_version(slot.id)
    if version is not None and slot.state not in NEEDS_FILE:
        stage = "customer" if actor.kind == "customer" else "internal"
        record_approval(slot, version, actor, stage, "superseded")
    return fire(slot, "add_file")


def slot_checking(upload_id: uuid.UUID) -> ArtworkSlot | None:
    """Return the slot that waits for this upload's check; None where none does (any more)."""
    query = select(ArtworkSlot).where(ArtworkSlot.upload_id == upload_id)
    return db.session.scalars(query).one_or_none()


def file_refused(
    slot_id: uuid.UUID, sentence: str, *, actor: Actor, upload_id: uuid.UUID | None = None
) -> ArtworkSlot:
    """Take the refused file off the slot, which waits for a file again and keeps the sentence.

    `upload_id`: the file that was refused. Raises AlreadyDone where the slot checks another one, or
    none; WrongState where it is not checking. Locks the slot.
    """
    slot = _lock_checking(slot_id, upload_id, actor)
    change = fire(slot, "refuse_file")
    upload_id, slot.upload_id, slot.received_from = slot.upload_id, None, None
    slot.last_problem = sentence
    record(
        "artwork.file_refused",
        slot,
        actor,
        stream_id=slot.stream_id,
        **change,
        data={"upload_id": upload_id, "problem": sentence, "label": slot.label},
    )
    return slot


def _lock_checking(slot_id: uuid.UUID, upload_id: uuid.UUID | None, actor: Actor) -> ArtworkSlot:
    """Lock the slot; raise AlreadyDone where it does not wait for the check of `upload_id` any more."""
    slot = locked(ArtworkSlot, slot_id)
    require(actor, "artwork.check", stream_id=slot.stream_id)
    if upload_id not in (None, slot.upload_id):
        raise AlreadyDone(_("Another file took this one's place. Nothing was changed."))
    return slot


def add_version(
    slot_id: uuid.UUID,
    asset_id: uuid.UUID,
    file_name: str,
    *,
    actor: Actor,
    upload_id: uuid.UUID | None = None,
) -> ArtworkVersion:
    """Make the next version of the slot from a stored, checked file and run preflight on its facts.

    Leads to internal_review, or to on_hold with a reason. Raises AlreadyDone where the slot is not
    waiting for the check of `upload_id` (the same file arrived twice, or another one took its place).
    Locks the slot.
    """
    slot = _lock_checking(slot_id, upload_id, actor)
    return store_version(slot, asset_id, file_name, actor)


def store_version(
    slot: ArtworkSlot, asset_id: uuid.UUID, file_name: str, actor: Actor
) -> ArtworkVersion:
    """Do the work of `add_version` on a slot that is locked and whose person was checked."""
    if slot.state not in CHECKING:
        raise AlreadyDone(_("This file was already checked. Nothing was changed."))
    asset = get(Asset, asset_id)
    last = newest_version(slot.id)
    version = ArtworkVersion(
        slot_id=slot.id,
        number=last.number + 1 if last else 1,
        asset_id=asset.id,
        upload_id=slot.upload_id,
        file_name=file_name[:255],
        uploaded_by_label=slot.received_from or actor.label[:200],
    )
    db.session.add(version)
    db.session.flush()
    report = preflight.run(asset.facts, slot.requirement)
    findings, verdict = report.findings, report.verdict
    is_held = verdict == "failed"
    rule = slot.requirement.model_dump(mode="json")
    db.session.add(
        PreflightReport(version_id=version.id, verdict=verdict, findings=findings, rule=rule)
    )
    change = fire(slot, "fail_check" if is_held else "pass_check")
    slot.upload_id = slot.received_from = None
    slot.hold_reason = hold_sentence(findings) if is_held else None
    event = "artwork.on_hold" if is_held else "artwork.checked"
    record_about(event, slot, version, actor, change, verdict=verdict, reason=slot.hold_reason)
    db.session.expire(slot, ["versions"])
    return version


def hold_sentence(findings: Sequence[preflight.Finding]) -> str:
    """Return why the file is held: its faults, the first three in full."""
    faults = [f"{row.title}." for row in findings if row.severity == "fault"]
    said = " ".join(faults[:3])
    return (
        _("%(said)s And %(count)s more.", said=said, count=len(faults) - 3)
        if len(faults) > 3
        else said
    )
