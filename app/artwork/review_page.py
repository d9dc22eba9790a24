"""What the review page shows of one slot: read in a handful of queries, ready for the template."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import abort
from sqlalchemy import select

from app.artwork.models import Approval, ArtworkSlot, ArtworkVersion, PreflightReport, Proof
from app.artwork.proofing import paper
from app.artwork.services.proofs import page_previews, picture_of, turntable_of
from app.artwork.services.review import is_signed_internally
from app.artwork.services.slots import may_replace
from app.artwork.states import ARTWORK
from app.core.actor import Actor
from app.core.db import db, get
from app.core.events import Event
from app.files.models import Preview
from app.orders.models import Order, OrderLine

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
    said: list[Approval]
    proof: Proof | None
    turntable: Preview | None
    events: Sequence[Event]
    is_newest: bool
    is_signed: bool
    sends_at_once: bool
    needs: str
    may_send: bool
    allowed: set[str] = field(default_factory=set)

    @property
    def is_placed(self) -> bool:
        """Whether the order was placed: only then a proof is made."""
        return self.order.state == "placed"

    @property
    def has_trim(self) -> bool:
        return paper.Rule.of(self.slot.requirement).trim_mm is not None

    @property
    def chart(self) -> Any:
        return ARTWORK

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


def read(slot_id: uuid.UUID, number: str | None, person: Actor) -> ReviewPage:
    """Return the page of a slot with version `number` (the newest where it is left out)."""
    slot = get(ArtworkSlot, slot_id)
    versions = slot.versions
    if number is not None and not (number.isascii() and number.isdigit()):
        abort(404)
    version = version_of(slot, int(number)) if number else (versions[-1] if versions else None)
    proof = version.proof if version else None
    is_newest = version is None or version is versions[-1]
    is_signed = version is not None and is_signed_internally(version)
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
        said=[row for row in slot.approvals if version and row.version_id == version.id],
        proof=proof,
        turntable=turntable_of(version.asset_id) if version else None,
        events=_events(slot),
        is_newest=is_newest,
        is_signed=is_signed,
        sends_at_once=slot.requirement.send_when_signed,
        needs="",
        may_send=person.may("artwork.upload"),
    )
    if is_newest:
        page.allowed = _allowed(page, person)
    page.needs = _sentence(page)
    return page


def _allowed(page: ReviewPage, person: Actor) -> set[str]:
    """Return the steps this person may take now: names of the forms on the page."""
    slot = page.slot
    moves = {move.trigger for move in ARTWORK.allowed(slot.state, person, stream_id=slot.stream_id)}
    found = moves & {"override", "send_back"}
    if "receive_file" in moves and may_replace(slot, person):
        found.add("take")
    is_ready = page.proof is not None or slot.approval_kind == "design"
    if slot.state == "internal_review" and is_ready:
        if not page.is_signed and person.may("proof.sign_internal"):
            found.add("sign")
        if page.is_signed and "send_proof" in moves:
            found.add("send")
    return found


def _sentence(page: ReviewPage) -> str:
    """Return what is, and who moves it, in one sentence."""
    slot = page.slot
    if not page.is_newest:
        return "An older version, kept as it was. Nothing can be decided about it any more."
    found = _found(page.count("fault"), page.count("warning"))
    by_file = slot.approval_kind == "design"
    return {
        "awaiting_file": "The customer is asked for a file.",
        "checking": "A worker checks the file now; this page shows the result by itself.",
        "on_hold": f"{found} Let it through with a reason, or send it back to the customer.",
        "internal_review": (
            f"{found} Look at it before it goes out."
            if page.proof or by_file
            else f"{found} The proof is being made; this page shows it by itself."
            if page.is_placed
            else f"{found} The proof is made once the order is placed."
        ),
        "proof_sent": "Waits for the customer to sign. Silence never approves.",
        "approved": "Signed by the customer. Exactly this file may be made.",
        "changes_requested": "The customer asked for changes. Send a new version or ask for a file.",
    }[slot.state]


def _found(faults: int, notes: int) -> str:
    counted = [(faults, "fault"), (notes, "note")]
    said = [f"{count} {word}{'' if count == 1 else 's'}" for count, word in counted if count]
    return f"Preflight has {' and '.join(said)}." if said else "Preflight found nothing against it."


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
