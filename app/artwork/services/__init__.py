"""The verbs of artwork: what customers, staff and reactions may do with a slot. Nothing commits here."""

from __future__ import annotations

from app.artwork.services.answer import request_changes, sign
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
from app.artwork.services.review import override_hold, send_back, send_proof, sign_internally
from app.artwork.services.slots import (
    attach_upload,
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
    "attach_upload",
    "file_refused",
    "keep_proof",
    "make_proof",
    "may_replace",
    "named_slot",
    "open_slot",
    "override_hold",
    "proof_work",
    "proofs_waiting",
    "request_changes",
    "save_proof",
    "send_back",
    "send_proof",
    "shown",
    "sign",
    "sign_internally",
    "slot_checking",
    "slots_of",
]
