"""What can be done to artwork and proofs. Rules stand here once: pages, the API and services ask them."""

import uuid
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from app.artwork.models import ArtworkSlot, ArtworkVersion
from app.artwork.services import review, slots
from app.artwork.services.approvals import is_approved_internally, newest_proof, newest_version
from app.artwork.services.proofs import page_previews
from app.artwork.states import ANSWERED, ARTWORK, CAN_HOLD, CHECKING, IN_REVIEW
from app.core.actor import Actor
from app.core.errors import AlreadyDone, BadInput, Problem, Stale, WrongState
from app.core.hold_verbs import hold_verbs
from app.core.inputs import Input, Text, WholeNumber, fields
from app.core.permissions import permission
from app.core.text_input import clean_full_name
from app.core.translations import _, _l
from app.core.verbs import rows_of
from app.core.web.formats import quantity
from app.inspection.previews import PAGES_MAX

UPLOAD_ARTWORK = permission(
    "artwork.upload", _l("Upload artwork"), "sales", "prepress", customer=True
)
CHECK_ARTWORK = permission("artwork.check", _l("Check artwork"), "prepress")
OVERRIDE_ARTWORK = permission("artwork.override", _l("Override preflight findings"), "prepress")
SIGN_INTERNAL_PROOF = permission("proof.sign_internal", _l("Approve proofs internally"), "prepress")
SEND_PROOF = permission("proof.send", _l("Send proofs"), "sales", "prepress")
SIGN_PROOF = permission("proof.sign", _l("Approve a proof for the customer"), customer=True)

STAFF_PAGE = frozenset({"staff"})
CUSTOMER = frozenset({"portal"})
NOTE = Text(_l("Enter what should change."), most=2000, rows=4)
OverrideReason = Annotated[
    str,
    Text(_l("Enter a reason."), most=2000, rows=3, is_printed=True),
    Field(title=_l("Why is the file fine as it is? The reason is shown on the proof")),
]

SUBJECT = rows_of("artwork", ArtworkSlot, chart=ARTWORK, stream_id=lambda slot: slot.stream_id)


class FileInput(Input):
    """An upload that was started before; `owner_key` is the browser's that sent it, never typed."""

    upload_id: uuid.UUID
    owner_key: str | None = None

    @classmethod
    def from_form(cls, form: Mapping[str, Any], record: Any) -> dict[str, Any]:
        """Read the upload alone; raise BadInput where the form names none."""
        try:
            return {"upload_id": uuid.UUID(form.get("upload_id", ""))}
        except ValueError:
            raise BadInput(_("Choose a file first."), field="upload_id") from None


class ShownInput(Input):
    """The version, file and proof that the customer looked at. `ip` is the request's, never typed."""

    version: WholeNumber | None = None
    sha256: str | None = None
    ip: Annotated[str | None, Field(exclude=True)] = None


class ChangesInput(ShownInput):
    """What should change."""

    note: Annotated[str, NOTE]


def _full_name(name: str) -> str:
    return clean_full_name(name, _("Enter your full name to approve the proof."))


class ApprovalInput(ShownInput):
    """The name of who approves exactly what was shown."""

    version: WholeNumber
    sha256: str
    typed_name: Annotated[str, AfterValidator(_full_name)]
    proof_id: uuid.UUID | None = None

    @classmethod
    def from_form(cls, form: Mapping[str, Any], record: Any) -> dict[str, Any]:
        """Read the form; raise BadInput where the box is not ticked."""
        if form.get("checked") != "yes":
            raise BadInput(_("Confirm that you have checked the proof."), field="checked")
        return super().from_form(form, record)


def _can_add_file(slot: ArtworkSlot, actor: Actor) -> Problem | None:
    if not slots.may_replace(slot, actor):
        return WrongState(
            _("The customer approved this file; only a new file from them replaces it."),
            next_step=_("Request a new file if this one can't be produced."),
        )
    return None


def _has_proof(slot: ArtworkSlot) -> Problem | None:
    """What is approved must be there: the proof, or of a design the file itself."""
    version = newest_version(slot.id)
    if version is None:
        return WrongState(_("There is no file yet."), next_step=_("Wait until one is uploaded."))
    if slot.approval_kind == "proof" and newest_proof(version.id) is None:
        return WrongState(
            _("The proof is still being made."),
            next_step=_("Wait a moment; this page shows it as soon as it is there."),
        )
    return _shows_all(version)


def _shows_all(version: ArtworkVersion) -> Problem | None:
    """Nobody approves pages that nobody was shown."""
    pages, shown = version.asset.facts.pages or 1, len(page_previews(version.asset_id))
    if pages > max(shown, 1):
        return WrongState(
            _(
                "Only %(shown)s of this file's %(pages)s pages are shown, so it can't be approved.",
                shown=quantity(shown),
                pages=quantity(pages),
            ),
            next_step=_("Request the pages in files of at most %(most)s pages.", most=PAGES_MAX),
        )
    return None


def _can_approve_internally(slot: ArtworkSlot, actor: Actor) -> Problem | None:
    if is_approved_internally(slot):
        return AlreadyDone(_("This version was already approved. Nothing was changed."))
    return _has_proof(slot) if slot.state in IN_REVIEW else None


def _can_send_proof(slot: ArtworkSlot, actor: Actor) -> Problem | None:
    if slot.state not in IN_REVIEW:
        return None
    if not is_approved_internally(slot):
        return WrongState(
            _("Nobody has approved this version internally yet."),
            next_step=_("Review it, approve it, then send it."),
        )
    return _has_proof(slot)


def _can_approve(slot: ArtworkSlot, actor: Actor) -> Problem | None:
    version = newest_version(slot.id)
    return _can_answer(slot, actor) or (_shows_all(version) if version else None)


def _can_answer(slot: ArtworkSlot, actor: Actor) -> Problem | None:
    if slot.state in CHECKING:
        return Stale(
            _("A newer version exists."),
            next_step=_("It is still being checked. Nothing was approved."),
        )
    if slot.state in ANSWERED:
        return AlreadyDone(_("This proof was already answered. Nothing was changed."))
    return None


add_file = SUBJECT.verb(
    slots.add_file,
    _l("Upload file"),
    UPLOAD_ARTWORK,
    FileInput,
    states=None,  # also while another file is being checked
    can=_can_add_file,
    done=_l("The file is uploaded. It is being checked now."),
    done_customer=_l("We've received your file and are checking it now."),
    entry=STAFF_PAGE | CUSTOMER,
)
request_new_file = SUBJECT.verb(
    review.request_new_file,
    _l("Request new file"),
    CHECK_ARTWORK,
    fields(
        note=Annotated[
            str, NOTE, Field(title=_l("What should change? The customer will read this"))
        ]
    ),
    done=_l("We're asking the customer for a new file."),
)
override = SUBJECT.verb(
    review.override,
    _l("Override"),
    OVERRIDE_ARTWORK,
    fields(note=OverrideReason),
    done=_l("Preflight is overridden. Your reason is recorded with the file."),
)
approve_internally = SUBJECT.verb(
    review.approve_internally,
    _l("Approve"),
    SIGN_INTERNAL_PROOF,
    fields(version=WholeNumber, send=(bool | None, None)),
    states=IN_REVIEW,
    can=_can_approve_internally,
    is_done=is_approved_internally,
    done=_l("The version is approved."),
    icon="sign",
)
send_proof = SUBJECT.verb(
    review.send_proof,
    _l("Send proof"),
    SEND_PROOF,
    can=_can_send_proof,
    done=_l("The customer can approve it now."),
    icon="mail",
)
approve_proof = SUBJECT.verb(
    review.approve_proof,
    _l("Approve proof"),
    SIGN_PROOF,
    ApprovalInput,
    can=_can_approve,
    done=_l("Thank you. The proof is approved, and we'll make exactly what you saw."),
    entry=CUSTOMER,
)
request_changes = SUBJECT.verb(
    review.request_changes,
    _l("Request changes"),
    SIGN_PROOF,
    ChangesInput,
    can=_can_answer,
    done=_l("We've received your changes. You'll get a new version to review."),
    entry=CUSTOMER,
)
hold, resume = hold_verbs(
    SUBJECT,
    _l("artwork"),
    _l("Enter why the artwork is on hold and what it is waiting for."),
    {
        CHECK_ARTWORK: _l("Anyone who can check artwork"),
        SEND_PROOF: _l("Anyone who can send proofs"),
    },
    ("artwork.held", "artwork.resumed"),
    states=CAN_HOLD,
    stops=(approve_internally, send_proof, approve_proof),
    explain=_l("No proof is sent and nothing is approved until the artwork is resumed."),
    entry=STAFF_PAGE,
)
