"""What every line of an order shows of its artwork, read at once for all of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import joinedload

from app.artwork.models import ArtworkSlot, ArtworkVersion, Proof
from app.artwork.services.output import VisibleVersion
from app.core.db import db
from app.files.models import Preview


def shown_of(slots: Iterable[ArtworkSlot]) -> dict[uuid.UUID, VisibleVersion]:
    """Return slot id → the newest version as it is shown for signing, in two queries.

    Slots that got no file yet are absent. The same rule as `app.artwork.services.output.visible_version`.
    """
    by_id = {slot.id: slot for slot in slots}
    versions = db.session.scalars(
        select(ArtworkVersion)
        .where(ArtworkVersion.slot_id.in_(by_id))
        .options(joinedload(ArtworkVersion.asset))
        .ext(distinct_on(ArtworkVersion.slot_id))
        .order_by(ArtworkVersion.slot_id, ArtworkVersion.number.desc())
    )
    newest = {version.slot_id: version for version in versions}
    proofs = db.session.scalars(
        select(Proof)
        .where(Proof.version_id.in_([version.id for version in newest.values()]))
        .options(joinedload(Proof.asset))
        .ext(distinct_on(Proof.version_id))
        .order_by(Proof.version_id, Proof.id.desc())
    )
    drawn = {proof.version_id: proof for proof in proofs}
    found = {}
    for slot_id, version in newest.items():
        slot = by_id[slot_id]
        proof = None if slot.approval_kind == "design" else drawn.get(version.id)
        found[slot_id] = VisibleVersion(slot, version, proof)
    return found


def thumbs_of(shown: Iterable[VisibleVersion]) -> dict[uuid.UUID, Preview]:
    """Return asset id → its small picture, for the files of all lines, in one query."""
    assets = {one.version.asset_id for one in shown}
    rows = db.session.scalars(
        select(Preview).where(Preview.asset_id.in_(assets), Preview.kind == "thumb")
    )
    return {row.asset_id: row for row in rows}
