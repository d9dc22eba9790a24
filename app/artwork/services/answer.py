"""The customer's answer to a proof: approve exactly what was shown, or request changes.

These run as verbs (app/artwork/verbs.py): the slot is locked and everything was checked before.
"""

import uuid

from app.artwork.models import Approval, ArtworkSlot
from app.artwork.services.approvals import (
    current_version,
    fire,
    newest_proof,
    proof_to_approve,
    record_about,
    record_approval,
    some_version,
)
from app.core.actor import Actor
from app.core.errors import Stale
from app.core.translations import _


def approve_proof(
    slot: ArtworkSlot,
    actor: Actor,
    version: int,
    typed_name: str,
    sha256: str,
    proof_id: uuid.UUID | None = None,
    ip: str | None = None,
) -> Approval:
    """Approve version number `version` whose file has the hash `sha256`: exactly what was shown.

    `proof_id`, where the form carried it, must be the newest proof. Raises Stale where a newer
    version or proof exists. Records proof.signed.
    """
    current = current_version(slot, version, sha256)
    newest = newest_proof(current.id) if proof_id is not None else None
    if newest is not None and newest.id != proof_id:
        raise Stale(
            _("There is a newer proof."),
            next_step=_("Review it, then approve it or request changes."),
        )
    change = fire(slot, "approve_proof")
    proof = proof_to_approve(slot, current)
    row = record_approval(
        slot, current, actor, "customer", "approved", proof=proof, typed_name=typed_name, ip=ip
    )
    slot.last_problem = None
    about = {"typed_name": typed_name, "approval_id": row.id, "proof_id": row.proof_id}
    record_about("proof.signed", slot, current, actor, change, **about)
    return row


def request_changes(
    slot: ArtworkSlot,
    actor: Actor,
    note: str,
    version: int | None = None,
    sha256: str | None = None,
    ip: str | None = None,
) -> Approval:
    """Note what should change; the version is not printed. Records artwork.changes_requested.

    Raises Stale where the version that was looked at is not the newest.
    """
    current = some_version(slot) if version is None else current_version(slot, version, sha256)
    change = fire(slot, "request_changes")
    proof = proof_to_approve(slot, current)
    row = record_approval(
        slot, current, actor, "customer", "changes_requested", proof=proof, note=note, ip=ip
    )
    record_about("artwork.changes_requested", slot, current, actor, change, note=note)
    return row
