"""What must hold of artwork at any moment, read from the rows themselves."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select, text

from app.artwork.derived_state import derived_state
from app.artwork.models import Approval, ArtworkVersion, PreflightReport, Proof
from app.core.db import db
from app.core.promises import promise
from app.files.models import Asset

BATCH = 1000
WRITTEN_ONCE = tuple(
    model.__tablename__ for model in (ArtworkVersion, PreflightReport, Proof, Approval)
)
NEWEST = text("""
    SELECT s.id, s.state, s.upload_id IS NOT NULL AS is_checking, r.verdict, a.said
    FROM artwork_slots s
    LEFT JOIN LATERAL (SELECT id FROM artwork_versions WHERE slot_id = s.id
                       ORDER BY number DESC LIMIT 1) v ON true
    LEFT JOIN LATERAL (SELECT verdict FROM preflight_reports WHERE version_id = v.id
                       ORDER BY id DESC LIMIT 1) r ON true
    LEFT JOIN LATERAL (SELECT jsonb_agg(jsonb_build_array(stage, answer) ORDER BY position) AS said
                       FROM approvals WHERE version_id = v.id AND slot_id = s.id) a ON true
    ORDER BY s.id
""")


@promise("The state of each artwork slot follows from what was said about it")
def states_follow() -> Iterator[str]:
    """Yield each slot whose state does not follow from its newest version's approvals."""
    for slot in db.session.execute(NEWEST.execution_options(yield_per=BATCH)):
        rows = [(stage, answer) for stage, answer in slot.said or ()]
        expected = derived_state(slot.verdict, rows, is_checking=slot.is_checking)
        if slot.state != expected:
            yield f"artwork slot {slot.id} is {slot.state}, its approvals say {expected}"


@promise("Each approval is of the file that lies in the storage under that hash")
def signed_files() -> Iterator[str]:
    """Yield each approval, and each proof, whose source hash is not its version's file's."""
    sayings: dict[type[Approval] | type[Proof], str] = {
        Approval: "approval {} is of {}, its version's file is {}",
        Proof: "proof {} shows {}, its version's file is {}",
    }
    for model, saying in sayings.items():
        query = (
            select(model.id, model.source_sha256, Asset.sha256)
            .join(ArtworkVersion, ArtworkVersion.id == model.version_id)
            .join(Asset, Asset.id == ArtworkVersion.asset_id)
            .where(model.source_sha256 != Asset.sha256)
        )
        for row_id, source, stored in db.session.execute(query):
            yield saying.format(row_id, source[:12], stored[:12])


@promise("The versions of each artwork slot are numbered without a gap, each with its report")
def versions_count() -> Iterator[str]:
    """Yield each slot with a missing version number, and each version without a preflight report."""
    gaps = text(
        "SELECT slot_id, count(*), max(number) FROM artwork_versions "
        "GROUP BY slot_id HAVING count(*) <> max(number) ORDER BY slot_id"
    )
    for slot_id, count, highest in db.session.execute(gaps):
        yield f"artwork slot {slot_id} has {count} versions, the highest is {highest}"
    bare = (
        select(ArtworkVersion.id)
        .outerjoin(PreflightReport, PreflightReport.version_id == ArtworkVersion.id)
        .where(PreflightReport.id.is_(None))
    )
    for (version_id,) in db.session.execute(bare):
        yield f"artwork version {version_id} has no preflight report"


@promise("Versions, reports, proofs and approvals are written once")
def written_once() -> Iterator[str]:
    """Yield each of these tables that the database does not protect against a later change."""
    query = text(
        "SELECT 1 FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relname = :table "
        "AND t.tgname = :trigger AND t.tgenabled <> 'D'"
    )
    for table in WRITTEN_ONCE:
        names = {"table": table, "trigger": f"{table}_append_only"}
        if db.session.execute(query, names).first() is None:
            yield f"the table {table} can be changed: its trigger is missing or off"
