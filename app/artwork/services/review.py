"""What staff and then the customer decide about a version; as verbs, on a locked and checked slot."""

import uuid
from typing import Any

from app.artwork.models import Approval, ArtworkSlot, ArtworkVersion
from app.artwork.services.approvals import (
    current_version,
    fire,
    newest_proof,
    proof_to_approve,
    record_about,
    record_approval,
    some_version,
)
from app.core.actor import Actor, require
from app.core.errors import Stale
from app.core.translations import _


def override(slot: ArtworkSlot, actor: Actor, note: str) -> Approval:
    """Let a file through that failed preflight, with the reason. Records artwork.overridden."""
    change, version = fire(slot, "override"), some_version(slot)
    row = record_approval(slot, version, actor, "override", "approved", note=note)
    was, slot.hold_reason = slot.hold_reason, None
    record_about("artwork.overridden", slot, version, actor, change, reason=note, held_for=was)
    return row


def approve_internally(
    slot: ArtworkSlot, actor: Actor, version: int, send: bool | None = None
) -> Approval:
    """Approve version number `version` for the shop. Records proof.signed_internally.

    `send`: also send it to the customer in the same step; left out, the product's rule
    ``send_when_signed`` decides, for a person who may send. Raises Stale where the version is not
    the newest, NotAllowed where `send` asks for more than the person may.
    """
    current = current_version(slot, version)
    row = _approve(slot, current, actor, "approved", "proof.signed_internally")
    if send is None:
        rule = slot.requirement.send_when_signed
        send = rule and actor.may("proof.send", stream_id=slot.stream_id)
    elif send:
        require(actor, "proof.send", stream_id=slot.stream_id)
    if send:
        send_proof(slot, actor)
    return row


def send_proof(slot: ArtworkSlot, actor: Actor) -> Approval:
    """Show the internally approved version to the customer. Records proof.sent."""
    change = fire(slot, "send_proof")
    return _approve(slot, some_version(slot), actor, "sent", "proof.sent", change)


def _approve(
    slot: ArtworkSlot, version: ArtworkVersion, actor: Actor, answer: str, event: str, *change: Any
) -> Approval:
    proof = proof_to_approve(slot, version)
    row = record_approval(slot, version, actor, "internal", answer, proof=proof)
    record_about(event, slot, version, actor, *change, proof_id=row.proof_id)
    return row


def request_new_file(slot: ArtworkSlot, actor: Actor, note: str) -> Approval:
    """Ask the customer for another file; the note is what they read. Records artwork.sent_back."""
    change, version = fire(slot, "request_new_file"), some_version(slot)
    row = record_approval(slot, version, actor, "internal", "changes_requested", note=note)
    slot.hold_reason, slot.last_problem = None, note
    record_about("artwork.sent_back", slot, version, actor, change, note=note)
    return row


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
