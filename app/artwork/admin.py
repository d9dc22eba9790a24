"""The back office of artwork: the queue to review, the proofs that are out, and the review page."""

import uuid
from typing import Any, ClassVar, NamedTuple

from flask import abort, redirect, request
from flask_admin import expose
from sqlalchemy import select

from app.artwork import states
from app.artwork.models import ArtworkSlot, ArtworkVersion
from app.artwork.proofing import paper
from app.artwork.proofing.wording import Wording, check_wording
from app.artwork.services.output import may_have
from app.artwork.services.proofs import page_previews, picture_of, proof_previews, turntable_of
from app.artwork.states import ARTWORK, CHECKING, TO_REVIEW, TO_SIGN
from app.artwork.verbs import SUBJECT, add_file
from app.catalog.labels import wording
from app.core import storage
from app.core.backoffice.access import staff_or_refuse
from app.core.backoffice.columns import Column, choice_filter
from app.core.backoffice.editing import events_about
from app.core.backoffice.model_view import BackOfficeModelView
from app.core.backoffice.record_page import RecordPage
from app.core.db import db, get
from app.core.errors import NotAllowed
from app.core.holds import open_hold
from app.core.translations import _, _l
from app.core.web.stored import show_picture
from app.files.doors import owner_key_of
from app.files.models import Preview
from app.orders.cells import customer_column, order_column
from app.orders.models import Order, OrderLine
from app.orders.states import PLACED

FAULTS_FIRST = {"fault": 0, "warning": 1, "passed": 2}


class PagePair(NamedTuple):
    """One page of the artwork on its trim, beside the same page of the proof."""

    leaf: paper.Leaf
    artwork: Preview
    proof: Preview | None


class ReviewPage:
    """One slot with the version that is looked at, and everything the template asks for."""

    states = states
    chart = ARTWORK

    def __init__(self, slot: ArtworkSlot, version: ArtworkVersion | None) -> None:
        self.slot, self.version, self.versions = slot, version, slot.versions
        self.order = get(Order, slot.stream_id)
        self.line = db.session.scalar(select(OrderLine).where(OrderLine.artwork_slot_id == slot.id))
        self.proof = version.proof if version else None
        self.wording = self._wording()
        self.is_newest = version is None or version is self.versions[-1]
        self.is_placed = self.order.state in PLACED  # only then a proof is made
        self.has_trim = paper.Rule.of(slot.requirement).trim_mm is not None
        self.sends_at_once = slot.requirement.send_when_signed
        self.hold = open_hold(slot)
        self.thumbs = self._thumbs()
        self.events = events_about(slot, limit=40)
        report = version.report if version else None
        findings = report.findings if report else []
        self.findings = sorted(findings, key=lambda row: FAULTS_FIRST[row.severity])
        self.approvals = [row for row in slot.approvals if version and row.version_id == version.id]
        if version is None:
            self.title, self.pages, self.facts, self.turntable = slot.label, [], [], None
        else:
            asset = version.asset
            number = version.number
            self.title = _("%(label)s, version %(number)s", label=slot.label, number=number)
            self.pages = self._pages(version)
            self.facts = paper.facts_of_file(
                asset.facts, version.file_name, asset.size_bytes, asset.sha256
            )
            self.turntable = turntable_of(asset.id)

    def count(self, severity: str) -> int:
        """Return how many findings are of that severity."""
        return sum(row.severity == severity for row in self.findings)

    @property
    def needs(self) -> str:
        """What happens next and who does it, in one sentence."""
        slot = self.slot
        if not self.is_newest:
            return _("This is an older version. It can't be changed or approved any more.")
        counted = ((self.count("fault"), "error"), (self.count("warning"), "warning"))
        problems = [
            f"{count} {word}{'' if count == 1 else 's'}" for count, word in counted if count
        ]
        found = _("Preflight found %(problems)s.", problems=" and ".join(problems) or "no problems")
        return {
            "awaiting_file": _("Waiting for the customer's file."),
            "checking": _("Preflight is running. This page updates automatically."),
            "on_hold": _(
                "%(found)s Produce it as it is with a reason, or request a new file from the customer.",
                found=found,
            ),
            "internal_review": (
                _("%(found)s Review it before it is sent.", found=found)
                if self.proof or slot.approval_kind == "design"
                else _(
                    "%(found)s The proof is being made. This page updates automatically.",
                    found=found,
                )
                if self.is_placed
                else _("%(found)s The proof is made once the order is placed.", found=found)
            ),
            "proof_sent": _(
                "Waiting for the customer's approval. No answer never counts as approval."
            ),
            "approved": _("Approved by the customer. Exactly this file will be produced."),
            "changes_requested": _(
                "The customer requested changes. Upload a new version or request a new file."
            ),
        }[slot.state]

    def _pages(self, version: ArtworkVersion) -> list[PagePair]:
        rows = proof_previews(version.asset_id)
        proofs = page_previews(self.proof.asset_id) if self.proof else []
        pictures = [picture_of(row) for row in rows]
        leaves = paper.leaves(self.slot.requirement, version.asset.facts, pictures)
        return [
            PagePair(leaf, row, proofs[i] if i < len(proofs) else None)
            for i, (leaf, row) in enumerate(zip(leaves, rows, strict=False))
        ]

    def _wording(self) -> Wording | None:
        """Return what the customer wrote beside what their file says; None without an order line or a file."""
        if self.line is None or self.version is None:
            return None
        written = wording(self.line.specification, self.line.configuration)
        return check_wording(written, self.version.asset.facts)

    def _thumbs(self) -> dict[uuid.UUID, Preview]:
        ids = [version.asset_id for version in self.versions]
        query = select(Preview).where(Preview.asset_id.in_(ids), Preview.kind == "thumb")
        return {row.asset_id: row for row in db.session.scalars(query)}


def version_of(slot: ArtworkSlot, number: int) -> ArtworkVersion:
    """Return version `number` of the slot; 404 where there is none."""
    found = next((version for version in slot.versions if version.number == number), None)
    return found or abort(404)


def read_page(slot: ArtworkSlot, number: str | None) -> ReviewPage:
    """Return the page of a slot with version `number` (the newest where it is left out)."""
    if number is not None and not (number.isascii() and number.isdigit() and len(number) < 10):
        abort(404)
    versions: list[Any] = slot.versions
    return ReviewPage(slot, version_of(slot, int(number)) if number else (versions or [None])[-1])


class SlotView(BackOfficeModelView):
    """What both lists of slots share: columns, words, and where a row leads."""

    area = _l("Artwork")
    permission_view = "order.view"
    chart = ARTWORK
    states: tuple[str, ...] = ()
    row_page = "artwork.page"
    columns: ClassVar[tuple[Column, ...]] = (
        Column("label", _l("Artwork"), is_sortable=True),
        order_column(),
        customer_column("to-end"),
        Column("state", phone="at-end", is_sortable=True),
        Column("hold_reason", _l("Reason"), "at-body later"),
        Column("entered_at", _l("Since"), "skip-sm", is_sortable=True),
    )
    column_default_sort = ("entered_at", False)
    column_searchable_list = ("label",)
    column_filters: tuple[Any, ...] = ("entered_at",)

    def get_query(self) -> Any:
        return super().get_query().filter(ArtworkSlot.state.in_(self.states))


class ReviewView(RecordPage, SlotView):
    """Files that prepress has to look at, and the page where it does."""

    model = ArtworkSlot
    name = _l("Review")
    endpoint = "artwork"
    menu_icon = "image"
    menu_order = 10
    sentence = _l("Files to review before a proof is sent, oldest first.")
    column_filters = (
        choice_filter(
            ArtworkSlot.state,
            _l("State"),
            {name: ARTWORK.word(name) for name in (*TO_REVIEW, *CHECKING)},
        ),
        "entered_at",
    )
    empty_title = _l("Nothing to review")
    empty_sentence = _l("Files that need a decision appear here.")
    states = (*TO_REVIEW, *CHECKING)
    subject = SUBJECT
    folder = "artwork"

    def context(self, slot: ArtworkSlot) -> dict[str, Any]:
        """Return the slot with the version that the address names, the newest without one."""
        page = read_page(slot, request.args.get("version"))
        has_files = page.version is not None and may_have(page.version, staff_or_refuse())
        return {"page": page, "has_files": has_files}

    def more_input(self, verb: str) -> dict[str, Any]:
        """Return the key of the person's uploads."""
        return {"owner_key": owner_key_of(staff_or_refuse())} if verb == add_file.key else {}

    @expose("/picture/<uuid:preview_id>")
    def picture(self, preview_id: uuid.UUID) -> Any:
        """Send the browser to a preview in storage."""
        return show_picture(get(Preview, preview_id).storage_key)

    @expose("/<uuid:slot_id>/file/<int:number>")
    def original(self, slot_id: uuid.UUID, number: int) -> Any:
        """Send the browser to the original file of version `number`, as an attachment."""
        version = self._version(slot_id, number)
        address = storage.sign_download(version.asset.storage_key, file_name=version.file_name)
        return redirect(address, 302)

    @expose("/<uuid:slot_id>/proof/<int:number>")
    def proof(self, slot_id: uuid.UUID, number: int) -> Any:
        """Send the browser to the newest proof of version `number`, to look at in place."""
        proof = self._version(slot_id, number).proof
        if proof is None:
            abort(404)
        name = f"proof-v{number}.pdf"
        address = storage.sign_download(proof.asset.storage_key, file_name=name, inline=True)
        return redirect(address, 302)

    def _version(self, slot_id: uuid.UUID, number: int) -> ArtworkVersion:
        """Return a version whose files this person may have; raise NotAllowed for one that is not approved
        and that only those who work on artwork get."""
        version = version_of(get(ArtworkSlot, slot_id), number)
        if not may_have(version, staff_or_refuse()):
            raise NotAllowed(
                _("Version %(number)s is not the approved one.", number=number),
                next_step=_("Take the approved file from the job, or ask prepress."),
            )
        return version


class ProofsOutView(SlotView):
    """Proofs that wait for the customer's signature."""

    model = ArtworkSlot
    name = _l("Proofs awaiting approval")
    endpoint = "proofs_out"
    path = "proofs"
    menu_icon = "sign"
    menu_order = 20
    sentence = _l("Sent and not answered yet, oldest first.")
    empty_title = _l("No proofs awaiting approval")
    empty_sentence = _l("Every proof that was sent has been answered.")
    columns = tuple(one for one in SlotView.columns if one.name != "hold_reason")
    states = tuple(TO_SIGN)
