"""Slots that need a file, the immutable versions they got, and what was said about each of them."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.artwork.proofing.job_data import JobData
from app.artwork.states import ARTWORK
from app.catalog.properties import Artwork
from app.core.db import AppendOnly, Model, Record, Versioned, one_of, state_column
from app.core.typed_json import TypedJSON
from app.files.models import Asset
from app.preflight.finding import Finding


class ArtworkSlot(Record, Versioned, Model):
    """A place on an order that needs a file. `stream_id` is the order's id, `requirement` its rule.

    `upload_id` is the file that is being checked now, `received_from` who sent it; `last_problem`
    the sentence the customer reads beside “Please send your file”; `entered_at` the moment the
    present state began.
    """

    __tablename__ = "artwork_slots"
    __table_args__ = (Index(None, "state", "entered_at"), Index(None, "stream_id"))

    stream_id: Mapped[uuid.UUID]
    label: Mapped[str] = mapped_column(String(200))
    requirement: Mapped[Artwork] = mapped_column(TypedJSON(Artwork))
    state: Mapped[str] = state_column(ARTWORK)
    entered_at: Mapped[datetime]
    hold_reason: Mapped[str | None] = mapped_column(Text)
    last_problem: Mapped[str | None] = mapped_column(Text)
    upload_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("uploads.id"), index=True)
    received_from: Mapped[str | None] = mapped_column(String(200))

    versions: Mapped[list[ArtworkVersion]] = relationship(
        order_by="ArtworkVersion.number", viewonly=True
    )
    approvals: Mapped[list[Approval]] = relationship(order_by="Approval.position", viewonly=True)

    @property
    def approval_kind(self) -> str:
        """Return what gets signed: ``proof`` (a PDF made here) or ``design`` (the file itself)."""
        return self.requirement.approval


class ArtworkVersion(AppendOnly, Model):
    """File number n of a slot. Written once; a correction is the next version."""

    __tablename__ = "artwork_versions"
    __table_args__ = (
        UniqueConstraint("slot_id", "number"),
        UniqueConstraint("slot_id", "upload_id"),
        CheckConstraint("number >= 1", name="number"),
    )

    slot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("artwork_slots.id"))
    number: Mapped[int]
    asset_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("assets.id"), index=True)
    upload_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("uploads.id"))
    file_name: Mapped[str] = mapped_column(String(255))
    uploaded_by_label: Mapped[str] = mapped_column(String(200))

    asset: Mapped[Asset] = relationship(viewonly=True)
    slot: Mapped[ArtworkSlot] = relationship(viewonly=True)
    reports: Mapped[list[PreflightReport]] = relationship(
        order_by="PreflightReport.id", viewonly=True
    )
    proofs: Mapped[list[Proof]] = relationship(order_by="Proof.id", viewonly=True)

    @property
    def report(self) -> PreflightReport | None:
        """Return the newest preflight report."""
        return self.reports[-1] if self.reports else None

    @property
    def proof(self) -> Proof | None:
        """Return the newest proof made from this version."""
        return self.proofs[-1] if self.proofs else None


class PreflightReport(AppendOnly, Model):
    """What the checks found in a version, with the rule they checked against."""

    __tablename__ = "preflight_reports"
    __table_args__ = (one_of("verdict", ("passed", "warned", "failed")),)

    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("artwork_versions.id"), index=True)
    verdict: Mapped[str] = mapped_column(String(16))
    findings: Mapped[list[Finding]] = mapped_column(TypedJSON(list[Finding]))
    rule: Mapped[dict[str, Any]] = mapped_column(JSONB)


class Proof(AppendOnly, Model):
    """A PDF made from a version: `source_sha256` is the file it shows, `job_data` what it said."""

    __tablename__ = "proofs"

    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("artwork_versions.id"), index=True)
    asset_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("assets.id"), index=True)
    source_sha256: Mapped[str] = mapped_column(String(64))
    job_data: Mapped[JobData] = mapped_column(TypedJSON(JobData))

    asset: Mapped[Asset] = relationship(viewonly=True)


STAGES = ("internal", "customer", "override")
ANSWERS = ("approved", "sent", "changes_requested", "superseded")


class Approval(AppendOnly, Model):
    """One thing said about one version, with a copy of the rule that applied and the file's hash.

    `answer`: approved; sent (shown to the customer); changes_requested; superseded (a new file took
    its place). The slot's state follows from these rows.
    """

    __tablename__ = "approvals"
    __table_args__ = (
        UniqueConstraint("slot_id", "position"),
        CheckConstraint(f"stage IN {STAGES!r}", name="stage"),
        CheckConstraint(f"answer IN {ANSWERS!r}", name="answer"),
        CheckConstraint(
            "stage <> 'customer' OR answer <> 'approved' OR coalesce(length(typed_name), 0) >= 2",
            name="signature",
        ),
    )

    slot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("artwork_slots.id"))
    position: Mapped[int]
    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("artwork_versions.id"), index=True)
    proof_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("proofs.id"))
    source_sha256: Mapped[str] = mapped_column(String(64))
    stage: Mapped[str] = mapped_column(String(16))
    answer: Mapped[str] = mapped_column(String(24))
    typed_name: Mapped[str | None] = mapped_column(String(200))
    note: Mapped[str | None] = mapped_column(Text)
    rule: Mapped[dict[str, Any]] = mapped_column(JSONB)
    actor_kind: Mapped[str] = mapped_column(String(16))
    actor_id: Mapped[uuid.UUID | None]
    actor_label: Mapped[str] = mapped_column(String(200))
    ip: Mapped[str | None] = mapped_column(String(64))

    version: Mapped[ArtworkVersion] = relationship(viewonly=True)
