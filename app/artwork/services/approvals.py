"""What every verb of this room needs: the slot under its lock, its newest version, a row of approvals."""

import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from app.artwork.models import Approval, ArtworkSlot, ArtworkVersion, Proof
from app.artwork.states import ARTWORK
from app.core.actor import Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import Stale, WrongState
from app.core.events import record
from app.core.translations import _


def fire(slot: ArtworkSlot, trigger: str) -> dict[str, dict[str, str]]:
    """Move the locked slot and note when; return before and after for the event."""
    change = ARTWORK.fire(slot, trigger)
    slot.entered_at = now()
    return change


def newest_version(slot_id: uuid.UUID) -> ArtworkVersion | None:
    """Return the slot's version with the highest number, None where no file came yet."""
    query = select(ArtworkVersion).where(ArtworkVersion.slot_id == slot_id)
    return db.session.scalars(query.order_by(ArtworkVersion.number.desc()).limit(1)).one_or_none()


def is_approved_internally(slot: ArtworkSlot) -> bool:
    """Return whether somebody of the shop approved the slot's newest version."""
    version = newest_version(slot.id)
    return version is not None and any(
        row.stage == "internal" and row.answer == "approved" for row in approvals_of(version.id)
    )


def record_about(
    event: str,
    slot: ArtworkSlot,
    version: ArtworkVersion,
    actor: Actor,
    change: Mapping[str, dict[str, str]] | None = None,
    **more: Any,
) -> None:
    """Record an event about a version: which one, the hash of its file, and what `more` says."""
    data = {
        "label": slot.label,
        "version_id": version.id,
        "number": version.number,
        "file_name": version.file_name,
        "sha256": version.asset.sha256,
        **more,
    }
    record(event, slot, actor, stream_id=slot.stream_id, data=data, **(change or {}))


def proof_to_approve(slot: ArtworkSlot, version: ArtworkVersion) -> Proof | None:
    """Return the newest proof; None where the design file itself is what gets approved."""
    return None if slot.approval_kind == "design" else newest_proof(version.id)


def some_version(slot: ArtworkSlot) -> ArtworkVersion:
    """Return the newest version; raise WrongState where no file came yet."""
    version = newest_version(slot.id)
    if version is None:
        raise WrongState(_("There is no file yet."), next_step=_("Wait until one is uploaded."))
    return version


def current_version(slot: ArtworkSlot, number: int, sha256: str | None = None) -> ArtworkVersion:
    """Return the newest version if it is exactly the one that was shown; raise Stale if not.

    `number` and `sha256` (of the customer's file) come from the form that the person looked at.
    """
    version = some_version(slot)
    if version.number != number or (sha256 is not None and sha256 != version.asset.sha256):
        again = _("Look at version %(number)s and decide again.", number=version.number)
        nothing = _("Nothing was approved.")
        raise Stale(_("A newer version exists."), next_step=f"{again} {nothing}")
    return version


def newest_proof(version_id: uuid.UUID) -> Proof | None:
    """Return the newest proof made from the version, None where none was made yet."""
    query = select(Proof).where(Proof.version_id == version_id)
    return db.session.scalars(query.order_by(Proof.id.desc()).limit(1)).one_or_none()


def approvals_of(version_id: uuid.UUID) -> list[Approval]:
    """Return what was said about the version, in order."""
    query = select(Approval).where(Approval.version_id == version_id)
    return list(db.session.scalars(query.order_by(Approval.position)))


def record_approval(
    slot: ArtworkSlot,
    version: ArtworkVersion,
    actor: Actor,
    stage: str,
    answer: str,
    *,
    proof: Proof | None = None,
    **said: str | None,
) -> Approval:
    """Append one row to the slot's approvals. The caller holds the slot's lock.

    `said` are further columns: `typed_name`, `note`, `ip`.
    """
    last = db.session.scalar(select(func.max(Approval.position)).where(Approval.slot_id == slot.id))
    row = Approval(
        slot_id=slot.id,
        position=(last or 0) + 1,
        version_id=version.id,
        proof_id=proof.id if proof else None,
        source_sha256=version.asset.sha256,
        stage=stage,
        answer=answer,
        rule=slot.requirement.model_dump(mode="json"),
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label[:200],
        **said,
    )
    db.session.add(row)
    db.session.flush()
    return row
