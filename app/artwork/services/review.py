"""What staff decide about a version: override, approve internally, send out, request a new file.

These run as verbs (app/artwork/verbs.py): the slot is locked and everything was checked before.
"""

from __future__ import annotations

from app.artwork.models import Approval, ArtworkSlot
from app.artwork.services.approvals import (
    about,
    current_version,
    fire,
    proof_to_approve,
    record_approval,
    some_version,
)
from app.core.actor import Actor, require
from app.core.events import record


def override(slot: ArtworkSlot, actor: Actor, note: str) -> Approval:
    """Let a file through that failed preflight, with the reason. Records artwork.overridden."""
    change = fire(slot, "override")
    version = some_version(slot)
    row = record_approval(slot, version, actor, "override", "approved", note=note)
    was, slot.hold_reason = slot.hold_reason, None
    data = {**about(slot, version), "reason": note, "held_for": was}
    record("artwork.overridden", slot, actor, stream_id=slot.stream_id, **change, data=data)
    return row


def approve_internally(
    slot: ArtworkSlot, actor: Actor, version: int, send: bool | None = None
) -> Approval:
    """Approve version number `version` for the shop. Records proof.signed_internally.

    `send`: also send it to the customer in the same step; left out, the product's rule
    ``send_when_signed`` decides, for a person who may send. Raises Stale where the version is not
    the newest, NotAllowed where `send` asks for more than the person may.
    """
    shown = current_version(slot, version)
    proof = proof_to_approve(slot, shown)
    row = record_approval(slot, shown, actor, "internal", "approved", proof=proof)
    data = {**about(slot, shown), "proof_id": proof.id if proof else None}
    record("proof.signed_internally", slot, actor, stream_id=slot.stream_id, data=data)
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
    version = some_version(slot)
    proof = proof_to_approve(slot, version)
    row = record_approval(slot, version, actor, "internal", "sent", proof=proof)
    data = {**about(slot, version), "proof_id": proof.id if proof else None}
    record("proof.sent", slot, actor, stream_id=slot.stream_id, **change, data=data)
    return row


def request_new_file(slot: ArtworkSlot, actor: Actor, note: str) -> Approval:
    """Ask the customer for another file; the note is what they read. Records artwork.sent_back."""
    change = fire(slot, "request_new_file")
    version = some_version(slot)
    row = record_approval(slot, version, actor, "internal", "changes_requested", note=note)
    slot.hold_reason, slot.last_problem = None, note
    data = {**about(slot, version), "note": note}
    record("artwork.sent_back", slot, actor, stream_id=slot.stream_id, **change, data=data)
    return row
