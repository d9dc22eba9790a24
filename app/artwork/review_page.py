"""What the review page shows of one slot: read in a handful of queries, ready for the template."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort
from sqlalchemy import select

from app.artwork import states
from app.artwork.models import Approval, ArtworkSlot, ArtworkVersion, PreflightReport, Proof
from app.artwork.proofing import paper
from app.artwork.services.proofs import page_previews, picture_of, turntable_of
from app.core.db import db, get
from app.core.events import Event
from app.files.models import Preview
from app.orders.models import Order, OrderLine
from app.orders.states import PLACED

FAULTS_FIRST = {"fault": 0, "warning": 1, "passed": 2}


@dataclass(frozen=True)
class PagePair:
    """One page of the artwork on its trim, beside the same page of the proof."""

    leaf: paper.Leaf
    artwork: Preview
    proof: Preview | None


@dataclass
class ReviewPage:
    """Everything the template asks for."""

    slot: ArtworkSlot
    order: Order
    line: OrderLine | None
    versions: Sequence[ArtworkVersion]
    version: ArtworkVersion | None
    pages: list[PagePair]
    thumbs: dict[uuid.UUID, Preview]
    facts: list[tuple[str, str]]
    findings: list[dict[str, str]]
    approvals: list[Approval]
    proof: Proof | None
    turntable: Preview | None
    events: Sequence[Event]
    is_newest: bool
    sends_at_once: bool
    needs: str

    @property
    def is_placed(self) -> bool:
        """Whether the order was placed: only then a proof is made."""
        return self.order.state in PLACED

    @property
    def has_trim(self) -> bool:
        return paper.Rule.of(self.slot.requirement).trim_mm is not None

    @property
    def states(self) -> Any:
        """The named sets of states, for the template."""
        return states

    @property
    def chart(self) -> Any:
        return states.ARTWORK

    @property
    def title(self) -> str:
        return (
            f"{self.slot.label}, version {self.version.number}" if self.version else self.slot.label
        )

    def count(self, sort: str) -> int:
        return sum(1 for row in self.findings if row["sort"] == sort)


def version_of(slot: ArtworkSlot, number: int) -> ArtworkVersion:
    """Return version `number` of the slot; 404 where there is none."""
    found = next((version for version in slot.versions if version.number == number), None)
    if found is None:
        abort(404)
    return found


def read(slot: ArtworkSlot, number: str | None) -> ReviewPage:
    """Return the page of a slot with version `number` (the newest where it is left out)."""
    versions = slot.versions
    if number is not None and not (number.isascii() and number.isdigit()):
        abort(404)
    version = version_of(slot, int(number)) if number else (versions[-1] if versions else None)
    proof = version.proof if version else None
    is_newest = version is None or version is versions[-1]
    page = ReviewPage(
        slot=slot,
        order=get(Order, slot.stream_id),
        line=db.session.scalar(select(OrderLine).where(OrderLine.artwork_slot_id == slot.id)),
        versions=versions,
        version=version,
        pages=_pages(slot, version, proof),
        thumbs=_thumbs(versions),
        facts=_facts(version),
        findings=_findings(version.report if version else None),
        approvals=[row for row in slot.approvals if version and row.version_id == version.id],
        proof=proof,
        turntable=turntable_of(version.asset_id) if version else None,
        events=_events(slot),
        is_newest=is_newest,
        sends_at_once=slot.requirement.send_when_signed,
        needs="",
    )
    page.needs = _sentence(page)
    return page


def _sentence(page: ReviewPage) -> str:
    """Return what is, and who moves it, in one sentence."""
    slot = page.slot
    if not page.is_newest:
        return "This is an older version. It can't be changed or approved any more."
    found = _found(page.count("fault"), page.count("warning"))
    by_file = slot.approval_kind == "design"
    return {
        "awaiting_file": "Waiting for the customer's file.",
        "checking": "Preflight is running. This page updates automatically.",
        "on_hold": f"{found} Produce it as it is with a reason, or request a new file from the customer.",
        "internal_review": (
            f"{found} Review it before it is sent."
            if page.proof or by_file
            else f"{found} The proof is being made. This page updates automatically."
            if page.is_placed
            else f"{found} The proof is made once the order is placed."
        ),
        "proof_sent": "Waiting for the customer's approval. No answer never counts as approval.",
        "approved": "Approved by the customer. Exactly this file will be produced.",
        "changes_requested": "The customer requested changes. Upload a new version or request a new file.",
    }[slot.state]


def _found(faults: int, notes: int) -> str:
    counted = [(faults, "error"), (notes, "warning")]
    found = [f"{count} {word}{'' if count == 1 else 's'}" for count, word in counted if count]
    return f"Preflight found {' and '.join(found)}." if found else "Preflight found no problems."


def _pages(
    slot: ArtworkSlot, version: ArtworkVersion | None, proof: Proof | None
) -> list[PagePair]:
    if version is None:
        return []
    rows = page_previews(version.asset_id)
    shown = page_previews(proof.asset_id) if proof else []
    pictures = [picture_of(row) for row in rows]
    leaves = paper.leaves(slot.requirement, version.asset.facts, pictures)
    return [
        PagePair(leaf, row, shown[i] if i < len(shown) else None)
        for i, (leaf, row) in enumerate(zip(leaves, rows, strict=False))
    ]


def _thumbs(versions: Sequence[ArtworkVersion]) -> dict[uuid.UUID, Preview]:
    ids = [version.asset_id for version in versions]
    query = select(Preview).where(Preview.asset_id.in_(ids), Preview.kind == "thumb")
    return {row.asset_id: row for row in db.session.scalars(query)}


def _facts(version: ArtworkVersion | None) -> list[tuple[str, str]]:
    if version is None:
        return []
    asset = version.asset
    return paper.facts_of_file(
        asset.facts,
        file_name=version.file_name,
        size_bytes=asset.size_bytes,
        sha256=asset.sha256,
    )


def _findings(report: PreflightReport | None) -> list[dict[str, str]]:
    rows = [paper.finding(row) for row in report.findings] if report else []
    return sorted(rows, key=lambda row: FAULTS_FIRST[row["sort"]])


def _events(slot: ArtworkSlot) -> Sequence[Event]:
    query = select(Event).where(
        Event.subject_kind == slot.__tablename__, Event.subject_id == slot.id
    )
    return db.session.scalars(query.order_by(Event.stream_seq.desc()).limit(40)).all()
