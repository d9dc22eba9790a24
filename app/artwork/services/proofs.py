"""Making the proof: read what it needs, render it with no transaction open, store it as a row.

The three are a slow reaction on artwork.checked and artwork.overridden: load, act, save.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import select

from app.artwork.models import ArtworkSlot, Proof
from app.artwork.proofing import paper
from app.artwork.proofing.finish import finish
from app.artwork.proofing.job_data import JobData
from app.artwork.services.approvals import approvals_of, newest_proof, newest_version
from app.artwork.states import IN_REVIEW
from app.core import archive, storage
from app.core.actor import Actor, require, system
from app.core.db import db, get, locked
from app.core.errors import AlreadyDone, Unavailable
from app.core.events import Event, record
from app.core.ids import new_id
from app.core.pdf import render_pdf
from app.core.sandbox import workspace
from app.core.shop.details import shop_details
from app.core.translations import _
from app.files.models import Preview
from app.files.services.storing import keep_asset, store_pictures
from app.files.settings import logo
from app.inspection.inspect import inspect_safely
from app.inspection.results import CheckedFile, Refusal, StoredPicture

#: What the paper calls the picture of the shop's logo.
LOGO = "logo"


@dataclass(frozen=True)
class MadeProof:
    """A rendered and stored proof, inspected like any file, that has no row yet."""

    proof_id: uuid.UUID
    checked: CheckedFile


def proof_work(
    slot_id: uuid.UUID, *, job: JobData, version_id: uuid.UUID | None = None
) -> paper.ProofWork | None:
    """Return what a proof of the slot's newest version is made from; None where none is to be made.

    None for slots whose design file is what gets signed, outside internal review, where `version_id`
    is not the newest any more, and where a proof with the same job data exists. `job` is what the
    order says. Read only.
    """
    slot = get(ArtworkSlot, slot_id)
    version = newest_version(slot.id)
    if slot.approval_kind == "design" or slot.state not in IN_REVIEW or version is None:
        return None
    if version_id is not None and version_id != version.id:
        return None
    proof = newest_proof(version.id)
    if proof is not None and proof.job_data == job:
        return None
    asset, report = version.asset, version.report
    strip = turntable_of(asset.id)
    override = next((r for r in approvals_of(version.id) if r.stage == "override"), None)
    return paper.ProofWork(
        slot_id=slot.id,
        version_id=version.id,
        number=version.number,
        label=slot.label,
        file_name=version.file_name,
        uploaded_by=version.uploaded_by_label,
        received_at=version.created_at,
        sha256=asset.sha256,
        size_bytes=asset.size_bytes,
        facts=asset.facts,
        requirement=slot.requirement,
        findings=report.findings if report else [],
        override={"actor_label": override.actor_label, "note": override.note or ""}
        if override
        else None,
        job=job,
        pictures=[picture_of(row) for row in proof_previews(asset.id)],
        turntable=picture_of(strip) if strip else None,
        shop_name=shop_details().name,
        logo_key=logo().picture_id,
    )


def picture_of(row: Preview) -> StoredPicture:
    """Return a preview's row free of the session."""
    return StoredPicture(row.kind, row.storage_key, row.width_px, row.height_px)


def turntable_of(asset_id: uuid.UUID) -> Preview | None:
    """Return the strip of eight views round a model, None for other files."""
    query = select(Preview).where(Preview.asset_id == asset_id, Preview.kind == "turntable")
    return db.session.scalar(query)


def page_previews(asset_id: uuid.UUID) -> list[Preview]:
    """Return the rows of the previews ``page-1`` to ``page-n`` in the order of the pages."""
    query = select(Preview).where(Preview.asset_id == asset_id, Preview.kind.startswith("page-"))
    return sorted(db.session.scalars(query), key=lambda row: int(row.kind.removeprefix("page-")))


def proof_previews(asset_id: uuid.UUID) -> list[Preview]:
    """Return the rows of what a proof shows of each page: ``print-n`` where there is one, else ``page-n``."""
    query = select(Preview).where(Preview.asset_id == asset_id, Preview.kind.startswith("print-"))
    printed = {row.kind.removeprefix("print-"): row for row in db.session.scalars(query)}
    return [printed.get(row.kind.removeprefix("page-"), row) for row in page_previews(asset_id)]


def make_proof(work: paper.ProofWork) -> MadeProof:
    """Render the proof and keep it in ``proofs/<id>``. No transaction is open meanwhile.

    Needs an application context for the template. Raises SandboxStopped where rendering took more
    memory or time than it may.
    """
    proof_id, body = new_id(), write_paper(work)
    kept = archive.keep_bytes(f"proofs/{proof_id}", body, ".pdf", "application/pdf")
    with workspace() as folder:
        path, drawn = folder / "proof.pdf", folder / "pictures"
        drawn.mkdir()
        path.write_bytes(body)
        found = inspect_safely(path, path.name, drawn)
        if isinstance(found, Refusal):
            raise Unavailable(
                _("The proof can't be read: %(found_sentence)s", found_sentence=found.sentence)
            )
        pictures = store_pictures(found.previews, f"proofs/{proof_id}")
    return MadeProof(proof_id, CheckedFile(found, pictures, kept.storage_key))


def write_paper(work: paper.ProofWork, read: Callable[[str], bytes] = storage.read_bytes) -> bytes:
    """Return the PDF of the proof; `read` gives a picture of the artwork by its key."""
    sheets = paper.leaves(work.requirement, work.facts, work.pictures)
    pictures = [*work.pictures, *filter(None, [work.turntable])]
    assets = {picture.kind: read(picture.storage_key) for picture in pictures}
    if work.logo_key:
        assets[LOGO] = read(work.logo_key)
    template = current_app.jinja_env.get_template("papers/proof.html")
    html = template.render(paper.context(work, sheets))
    return finish(render_pdf(html, assets=assets), [leaf.on for leaf in sheets], work)


def save_proof(event: Event, work: paper.ProofWork, made: MadeProof) -> None:
    """Write the proof's row, unless a newer file came while it was rendered. Locks the slot."""
    keep_proof(work, made, actor=system())


def keep_proof(work: paper.ProofWork, made: MadeProof, *, actor: Actor) -> Proof | None:
    """Write the proof's row and its event; None where the version is not the newest any more.

    Raises AlreadyDone where another worker stored the same proof. Locks the slot.
    """
    slot = locked(ArtworkSlot, work.slot_id)
    require(actor, "artwork.check", stream_id=slot.stream_id)
    version = newest_version(slot.id)
    if version is None or version.id != work.version_id or slot.state not in IN_REVIEW:
        return None
    last = newest_proof(version.id)
    if last is not None and last.job_data == work.job:
        raise AlreadyDone(_("This proof already exists. Nothing was changed."))
    asset = keep_asset(made.checked)
    proof = Proof(
        id=made.proof_id,
        version_id=version.id,
        asset_id=asset.id,
        source_sha256=work.sha256,
        job_data=work.job,
    )
    db.session.add(proof)
    record(
        "proof.made",
        slot,
        actor,
        stream_id=slot.stream_id,
        data={
            "label": slot.label,
            "version_id": version.id,
            "number": version.number,
            "proof_id": proof.id,
            "pages": asset.facts.pages,
            "sha256": work.sha256,
        },
    )
    return proof
