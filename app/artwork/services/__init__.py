"""Artwork: reading slots, and what only reactions do with them. Nothing commits here."""

from __future__ import annotations

from app.artwork.services.output import (
    NotApproved,
    Shown,
    approved_output,
    assets_of,
    proofs_waiting,
    shown,
    slots_of,
)
from app.artwork.services.proofs import (
    keep_proof,
    make_proof,
    proof_work,
    save_proof,
)
from app.artwork.services.slots import (
    file_refused,
    may_replace,
    named_slot,
    open_slot,
    slot_checking,
)
from app.artwork.services.versions import add_version

__all__ = [
    "NotApproved",
    "Shown",
    "add_version",
    "approved_output",
    "assets_of",
    "file_refused",
    "keep_proof",
    "make_proof",
    "may_replace",
    "named_slot",
    "open_slot",
    "proof_work",
    "proofs_waiting",
    "save_proof",
    "shown",
    "slot_checking",
    "slots_of",
]
