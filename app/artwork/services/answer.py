"""The customer's answer to a proof: sign exactly what was shown, or ask for changes."""

from __future__ import annotations

import uuid

from app.artwork.models import Approval, ArtworkSlot, ArtworkVersion, Proof
from app.artwork.services.approvals import (
    current_version,
    fire,
    newest_proof,
    newest_version,
    record_approval,
)
from app.artwork.services.review import about, given_note
from app.core.actor import Actor, require
from app.core.db import locked
from app.core.errors import AlreadyDone, BadInput, Stale, WrongState
from app.core.events import record

NAME_MAX = 200


def sign(
    slot_id: uuid.UUID,
    version_number: int,
    typed_name: str,
    *,
    sha256: str,
    actor: Actor,
    ip: str | None = None,
    proof_id: uuid.UUID | None = None,
) -> Approval:
    """Sign the version `version_number` whose file has the hash `sha256`: exactly what was shown.

    `proof_id`, where the form carried it, must be the newest proof. Raises BadInput for a name under
    2 characters, Stale where a newer version or proof exists, AlreadyDone at a second click,
    WrongState where nothing is out to be signed. Locks the slot.
    """
    slot = locked(ArtworkSlot, slot_id)
    require(actor, "proof.sign", stream_id=slot.stream_id)
    version = _shown(slot, version_number, sha256, proof_id)
    name = " ".join(typed_name.replace("\x00", "").split())
    if not 2 <= len(name) <= NAME_MAX or not any(letter.isalpha() for letter in name):
        raise BadInput("Type your full name to sign.", field="typed_name")
    change = fire(slot, "sign")
    proof = _proof(slot, version)
    row = record_approval(
        slot, version, actor, "customer", "approved", proof=proof, typed_name=name, ip=ip
    )
    slot.last_problem = None
    record(
        "proof.signed",
        slot,
        actor,
        stream_id=slot.stream_id,
        **change,
        data={
            **about(slot, version),
            "typed_name": name,
            "approval_id": row.id,
            "proof_id": proof.id if proof else None,
        },
    )
    return row


def request_changes(
    slot_id: uuid.UUID,
    note: str,
    *,
    actor: Actor,
    version_number: int | None = None,
    sha256: str | None = None,
    ip: str | None = None,
) -> Approval:
    """Say what should change; the version is not printed. Leads to changes_requested.

    Raises BadInput for an empty note, AlreadyDone at a second click, Stale where the version that
    was looked at is not the newest, WrongState where nothing is out to be answered. Locks the slot.
    """
    slot = locked(ArtworkSlot, slot_id)
    require(actor, "proof.sign", stream_id=slot.stream_id)
    text = given_note(note, "What should change")
    if version_number is not None:
        version = _shown(slot, version_number, sha256, None)
    else:
        found = newest_version(slot.id)
        if found is None:
            raise WrongState("There is no file yet.", next_step="Send one first.")
        version = found
    change = fire(slot, "request_changes")
    proof = _proof(slot, version)
    row = record_approval(
        slot, version, actor, "customer", "changes_requested", proof=proof, note=text, ip=ip
    )
    record(
        "artwork.changes_requested",
        slot,
        actor,
        stream_id=slot.stream_id,
        **change,
        data={**about(slot, version), "note": text},
    )
    return row


def _shown(
    slot: ArtworkSlot, number: int, sha256: str | None, proof_id: uuid.UUID | None
) -> ArtworkVersion:
    """Return the version that was looked at, if it is still the one to answer about."""
    version = current_version(slot, number, sha256)
    if slot.state == "checking":
        raise Stale("A newer version exists.", next_step="It is being checked. Nothing was signed.")
    if slot.state in {"approved", "changes_requested"}:
        raise AlreadyDone("This proof was answered before. Nothing was changed.")
    newest = newest_proof(version.id) if proof_id is not None else None
    if newest is not None and newest.id != proof_id:
        raise Stale("A newer proof exists.", next_step="Look at it and decide again.")
    return version


def _proof(slot: ArtworkSlot, version: ArtworkVersion) -> Proof | None:
    return None if slot.approval_kind == "design" else newest_proof(version.id)
