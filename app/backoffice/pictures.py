"""The approved picture of a job: what the person at the press holds beside the first sheet."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import and_, select

from app.artwork.models import ArtworkVersion
from app.core.db import db
from app.files.models import Asset, Preview
from app.production.cards import JobCard


@dataclass(frozen=True)
class Approved:
    """The version that was approved: its number, its file's name, and its small picture if any."""

    version: int
    file_name: str
    preview_id: uuid.UUID | None


def approved(cards: Iterable[JobCard]) -> dict[uuid.UUID, Approved]:
    """Return job id → the version with the job's approved hash; one query, jobs without are left out."""
    cards = list(cards)
    wanted = {
        (card.artwork_slot_id, card.approved_sha256)
        for card in cards
        if card.artwork_slot_id and card.approved_sha256
    }
    if not wanted:
        return {}
    small = and_(Preview.asset_id == Asset.id, Preview.kind == "thumb")
    rows = db.session.execute(
        select(
            ArtworkVersion.slot_id,
            Asset.sha256,
            ArtworkVersion.number,
            ArtworkVersion.file_name,
            Preview.id,
        )
        .join(Asset, Asset.id == ArtworkVersion.asset_id)
        .outerjoin(Preview, small)
        .where(
            ArtworkVersion.slot_id.in_({slot for slot, _ in wanted}),
            Asset.sha256.in_({sha for _, sha in wanted}),
        )
        .order_by(ArtworkVersion.number)
    )
    found = {(row[0], row[1]): Approved(row[2], row[3], row[4]) for row in rows}
    return {
        card.id: found[key]
        for card in cards
        if (key := (card.artwork_slot_id, card.approved_sha256)) in found
    }
