"""What staff decide about a version: override, approve internally, send out, request a new file.

These run as verbs (app/artwork/verbs.py): the slot is locked and everything was checked before.
"""

from typing import Any

from app.artwork.models import Approval, ArtworkSlot, ArtworkVersion
from app.artwork.services.approvals import (
    current_version,
    fire,
    proof_to_approve,
    record_about,
    record_approval,
    some_version,
)
from app.core.actor import Actor, require


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
