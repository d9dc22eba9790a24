"""The kinds of events of artwork and proofs."""

import uuid
from functools import partial

from app.core.events import EventKind, Payload, payload
from app.core.hold_verbs import Held, Resumed
from app.core.translations import _l


class Version(Payload):
    """One version of a slot: which one, and the hash of its file."""

    label: str
    version_id: uuid.UUID
    number: int
    file_name: str
    sha256: str


about_file = partial(EventKind, detail="file_name", personal_fields=("file_name",), public=True)
about_note = partial(about_file, personal_fields=("file_name", "note"))

CHECK = payload(Version, verdict=str, reason=str | None)
NOTE = payload(Version, note=str)
PROOF = payload(Version, proof_id=uuid.UUID | None)

FILE_RECEIVED = about_file(
    "artwork.file_received",
    _l("Artwork received"),
    payload(upload_id=uuid.UUID, file_name=str, label=str),
    _l("We received your file"),
    is_routine=True,
)
FILE_REFUSED = about_file(
    "artwork.file_refused",
    _l("Artwork refused"),
    payload(upload_id=uuid.UUID, problem=str, label=str),
    tone="bad",
    detail="label",
    personal_fields=("problem",),
)
CHECKED = about_file(
    "artwork.checked", _l("Preflight passed"), CHECK, _l("We checked your file"), tone="good"
)
ON_HOLD = about_file(
    "artwork.on_hold",
    _l("Preflight failed"),
    CHECK,
    _l("We found a problem in your file"),
    tone="bad",
)
OVERRIDDEN = about_file(
    "artwork.overridden",
    _l("Preflight overridden"),
    payload(Version, reason=str, held_for=str | None),
    personal_fields=("file_name", "reason"),
)
SENT_BACK = about_note("artwork.sent_back", _l("New artwork requested"), NOTE)
CHANGES_REQUESTED = about_note(
    "artwork.changes_requested",
    _l("Changes requested by the customer"),
    NOTE,
    _l("You requested changes"),
)
EventKind(
    "proof.made",
    _l("Proof created"),
    payload(label=str, version_id=uuid.UUID, number=int, proof_id=uuid.UUID, pages=int, sha256=str),
    detail="label",
    is_routine=True,
    public=True,
)
PROOF_APPROVED_INTERNALLY = about_file(
    "proof.signed_internally", _l("Proof approved internally"), PROOF, tone="good"
)
PROOF_SENT = about_file("proof.sent", _l("Proof sent"), PROOF, _l("We sent you a proof"))
PROOF_APPROVED = about_file(
    "proof.signed",
    _l("Proof approved by the customer"),
    payload(PROOF, typed_name=str, approval_id=uuid.UUID),
    _l("You approved the proof"),
    tone="good",
    personal_fields=("file_name", "typed_name"),
)
EventKind(
    "artwork.held", _l("Artwork put on hold"), Held, personal_fields=("hold_reason",), public=True
)
EventKind(
    "artwork.resumed", _l("Artwork resumed"), Resumed, personal_fields=("hold_reason",), public=True
)
