"""Pictures beside a record: what was approved for a job, the newest of an order or an artwork slot."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.dialects.postgresql import distinct_on

from app.artwork.models import ArtworkVersion
from app.core.db import db
from app.files.models import Asset, Preview
from app.orders.models import OrderLine
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


SMALL = and_(Preview.asset_id == ArtworkVersion.asset_id, Preview.kind == "thumb")


def of_orders(order_ids: Iterable[uuid.UUID | None]) -> dict[uuid.UUID, uuid.UUID]:
    """Return order id → the preview of its first line that has one. One query."""
    lines = select(OrderLine.order_id, Preview.id).join_from(
        OrderLine, ArtworkVersion, ArtworkVersion.slot_id == OrderLine.artwork_slot_id
    )
    return _newest(lines, OrderLine.order_id, order_ids, OrderLine.position)


def of_slots(slot_ids: Iterable[uuid.UUID | None]) -> dict[uuid.UUID, uuid.UUID]:
    """Return slot id → the preview of its newest version that has one. One query."""
    return _newest(select(ArtworkVersion.slot_id, Preview.id), ArtworkVersion.slot_id, slot_ids)


def _newest(
    query: Any, key: Any, ids: Iterable[uuid.UUID | None], *first: Any
) -> dict[uuid.UUID, uuid.UUID]:
    wanted = {one for one in ids if one}
    if not wanted:
        return {}
    query = query.join(Preview, SMALL).where(key.in_(wanted)).ext(distinct_on(key))
    rows = db.session.execute(query.order_by(key, *first, ArtworkVersion.number.desc()))
    return {row[0]: row[1] for row in rows}
