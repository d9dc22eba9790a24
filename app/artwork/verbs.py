"""What can be done to artwork and proofs."""

from __future__ import annotations

from app.core.permissions import permission

UPLOAD_ARTWORK = permission("artwork.upload", "Upload artwork", "sales", "prepress", customer=True)
CHECK_ARTWORK = permission("artwork.check", "Check artwork", "prepress")
OVERRIDE_ARTWORK = permission("artwork.override", "Override preflight findings", "prepress")
SIGN_INTERNAL_PROOF = permission("proof.sign_internal", "Approve proofs internally", "prepress")
SEND_PROOF = permission("proof.send", "Send proofs", "sales", "prepress")
SIGN_PROOF = permission("proof.sign", "Approve a proof for the customer", customer=True)
