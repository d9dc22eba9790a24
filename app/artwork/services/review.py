"""What staff decide about a version: override, sign inside, send out, send back."""

from __future__ import annotations

import uuid
from typing import Any

from app.artwork.models import Approval, ArtworkSlot, ArtworkVersion, Proof
from app.artwork.services.approvals import (
    approvals_of,
    current_version,
    fire,
    newest_proof,
    newest_version,
    record_approval,
)
from app.artwork.states import ARTWORK
from app.core.actor import Actor, require
from app.core.db import locked
from app.core.errors import AlreadyDone, BadInput, WrongState
from app.core.events import record

NOTE_MAX = 2000


def given_note(note: str, what: str) -> str:
    """Return the note without blanks around it; raise BadInput where nothing is left or too much."""
    text = " ".join(note.replace("\x00", "").split(" ")).strip()
    if len(text) < 2:
        raise BadInput(f"{what} is missing.", next_step="Write a few words.", field="note")
    if len(text) > NOTE_MAX:
        raise BadInput(f"{what} is longer than {NOTE_MAX} characters.", field="note")
    return text


def override_hold(slot_id: uuid.UUID, reason: str, *, actor: Actor) -> Approval:
    """Let a file through that failed preflight, with the reason; leads to internal_review.

    Raises AlreadyDone or WrongState where the slot is not on hold. Locks the slot.
    """
    slot = locked(ArtworkSlot, slot_id)
    require(actor, "artwork.override", stream_id=slot.stream_id)
    note = given_note(reason, "The reason")
    change = fire(slot, "override")
    version = _some_version(slot)
    row = record_approval(slot, version, actor, "override", "approved", note=note)
    was, slot.hold_reason = slot.hold_reason, None
    record(
        "artwork.overridden",
        slot,
        actor,
        stream_id=slot.stream_id,
        **change,
        data={**about(slot, version), "reason": note, "held_for": was},
    )
    return row


def sign_internally(
    slot_id: uuid.UUID, version_number: int, *, actor: Actor, send: bool | None = None
) -> Approval:
    """Sign the version inside the shop. The proof that was looked at must exist by then.

    `send`: also send it to the customer in the same step; left out, the slot's rule
    ``send_when_signed`` decides (true where it says nothing), for a person who may send. Raises
    AlreadyDone where this version was signed before, Stale where it is not the newest, WrongState
    outside internal review or before the proof is made. Locks the slot.
    """
    slot = locked(ArtworkSlot, slot_id)
    require(actor, "proof.sign_internal", stream_id=slot.stream_id)
    version = current_version(slot, version_number)
    if is_signed_internally(version):
        raise AlreadyDone("This version was signed before. Nothing was changed.")
    if slot.state != "internal_review":
        raise WrongState(
            f"This can't be signed now: the state is “{ARTWORK.word(slot.state)}”.",
            next_step="Load the page again to see what can be done.",
        )
    proof = _proof_to_show(slot, version)
    row = record_approval(slot, version, actor, "internal", "approved", proof=proof)
    record(
        "proof.signed_internally",
        slot,
        actor,
        stream_id=slot.stream_id,
        data={**about(slot, version), "proof_id": proof.id if proof else None},
    )
    if send is None:
        send = slot.requirement.send_when_signed
        send = send and actor.may("proof.send", stream_id=slot.stream_id)
    if send:
        send_proof(slot_id, actor=actor)
    return row


def send_proof(slot_id: uuid.UUID, *, actor: Actor) -> Approval:
    """Show the internally signed version to the customer, who may sign from now on.

    Raises WrongState without an internal signature, AlreadyDone where it was sent before. Locks the
    slot.
    """
    slot = locked(ArtworkSlot, slot_id)
    require(actor, "proof.send", stream_id=slot.stream_id)
    version = newest_version(slot.id)
    if slot.state == "internal_review" and version and not is_signed_internally(version):
        raise WrongState(
            "Nobody has signed this version inside the shop yet.",
            next_step="Look at it, sign it, then send it.",
        )
    change = fire(slot, "send_proof")
    version = _some_version(slot)
    proof = _proof_to_show(slot, version)
    row = record_approval(slot, version, actor, "internal", "sent", proof=proof)
    record(
        "proof.sent",
        slot,
        actor,
        stream_id=slot.stream_id,
        **change,
        data={**about(slot, version), "proof_id": proof.id if proof else None},
    )
    return row


def send_back(slot_id: uuid.UUID, note: str, *, actor: Actor) -> Approval:
    """Ask the customer for another file; the note is what they read. Leads to awaiting_file.

    Raises AlreadyDone where a file is waited for already, WrongState from other states. Locks the
    slot.
    """
    slot = locked(ArtworkSlot, slot_id)
    require(actor, "artwork.check", stream_id=slot.stream_id)
    text = given_note(note, "What should change")
    change = fire(slot, "send_back")
    version = _some_version(slot)
    row = record_approval(slot, version, actor, "internal", "changes_requested", note=text)
    slot.hold_reason, slot.last_problem = None, text
    record(
        "artwork.sent_back",
        slot,
        actor,
        stream_id=slot.stream_id,
        **change,
        data={**about(slot, version), "note": text},
    )
    return row


def is_signed_internally(version: ArtworkVersion) -> bool:
    """Return whether somebody of the shop signed this version."""
    return any(
        row.stage == "internal" and row.answer == "approved" for row in approvals_of(version.id)
    )


def about(slot: ArtworkSlot, version: ArtworkVersion) -> dict[str, Any]:
    """Return what every event about a version says: which one, and the hash of its file."""
    return {
        "label": slot.label,
        "version_id": version.id,
        "number": version.number,
        "file_name": version.file_name,
        "sha256": version.asset.sha256,
    }


def _some_version(slot: ArtworkSlot) -> ArtworkVersion:
    version = newest_version(slot.id)
    if version is None:
        raise WrongState("There is no file yet.", next_step="Wait until one was sent.")
    return version


def _proof_to_show(slot: ArtworkSlot, version: ArtworkVersion) -> Proof | None:
    """Return the proof that is looked at; None where the design file itself is what gets signed."""
    if slot.approval_kind == "design":
        return None
    proof = newest_proof(version.id)
    if proof is None:
        raise WrongState(
            "The proof is still being made.",
            next_step="Wait a moment; this page shows it as soon as it is there.",
        )
    return proof
