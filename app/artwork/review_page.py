"""What the review page shows of one slot: read in a handful of queries, ready for the template."""

import uuid
from collections.abc import Sequence
from typing import Any, NamedTuple

from flask import abort
from sqlalchemy import select

from app.artwork import states
from app.artwork.models import ArtworkSlot, ArtworkVersion
from app.artwork.proofing import paper
from app.artwork.services.proofs import page_previews, picture_of, turntable_of
from app.core.db import db, get
from app.core.events import Event
from app.core.holds import open_hold
from app.core.translations import _
from app.files.models import Preview
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
    chart = states.ARTWORK

    def __init__(self, slot: ArtworkSlot, version: ArtworkVersion | None) -> None:
        self.slot, self.version, self.versions = slot, version, slot.versions
        self.order = get(Order, slot.stream_id)
        self.line = db.session.scalar(select(OrderLine).where(OrderLine.artwork_slot_id == slot.id))
        self.proof = version.proof if version else None
        self.is_newest = version is None or version is self.versions[-1]
        self.is_placed = self.order.state in PLACED  # only then a proof is made
        self.has_trim = paper.Rule.of(slot.requirement).trim_mm is not None
        self.sends_at_once = slot.requirement.send_when_signed
        self.hold = open_hold(slot)
        self.thumbs = self._thumbs()
        self.events = self._events()
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
        rows = page_previews(version.asset_id)
        proofs = page_previews(self.proof.asset_id) if self.proof else []
        pictures = [picture_of(row) for row in rows]
        leaves = paper.leaves(self.slot.requirement, version.asset.facts, pictures)
        return [
            PagePair(leaf, row, proofs[i] if i < len(proofs) else None)
            for i, (leaf, row) in enumerate(zip(leaves, rows, strict=False))
        ]

    def _thumbs(self) -> dict[uuid.UUID, Preview]:
        ids = [version.asset_id for version in self.versions]
        query = select(Preview).where(Preview.asset_id.in_(ids), Preview.kind == "thumb")
        return {row.asset_id: row for row in db.session.scalars(query)}

    def _events(self) -> Sequence[Event]:
        slot = self.slot
        query = select(Event).where(
            Event.subject_kind == slot.__tablename__, Event.subject_id == slot.id
        )
        return db.session.scalars(query.order_by(Event.stream_seq.desc()).limit(40)).all()


def version_of(slot: ArtworkSlot, number: int) -> ArtworkVersion:
    """Return version `number` of the slot; 404 where there is none."""
    found = next((version for version in slot.versions if version.number == number), None)
    return found or abort(404)


def read(slot: ArtworkSlot, number: str | None) -> ReviewPage:
    """Return the page of a slot with version `number` (the newest where it is left out)."""
    if number is not None and not (number.isascii() and number.isdigit()):
        abort(404)
    versions: list[Any] = slot.versions
    return ReviewPage(slot, version_of(slot, int(number)) if number else (versions or [None])[-1])
