"""A checked file becomes an immutable version, and preflight says what it found in it."""

import uuid
from collections.abc import Sequence

from app import preflight
from app.artwork.models import ArtworkSlot, ArtworkVersion, PreflightReport
from app.artwork.services.approvals import fire, newest_version, record_about
from app.artwork.states import CHECKING
from app.core.actor import Actor, require
from app.core.db import db, get, locked
from app.core.errors import AlreadyDone
from app.core.translations import _
from app.files.models import Asset


def add_version(
    slot_id: uuid.UUID, asset_id: uuid.UUID, file_name: str, *, actor: Actor
) -> ArtworkVersion:
    """Make the next version of the slot from a stored, checked file and run preflight on its facts.

    Leads to internal_review, or to on_hold with a reason. Raises AlreadyDone where the slot is not
    waiting for a check (the same file arrived twice). Locks the slot.
    """
    slot = locked(ArtworkSlot, slot_id)
    require(actor, "artwork.check", stream_id=slot.stream_id)
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
