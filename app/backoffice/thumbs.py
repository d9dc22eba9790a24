"""The newest picture of an order or of an artwork slot, for many of them in one query."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from sqlalchemy import and_, select
from sqlalchemy.dialects.postgresql import distinct_on

from app.artwork.models import ArtworkVersion
from app.core.db import db
from app.files.models import Preview
from app.orders.models import OrderLine

SMALL = and_(Preview.asset_id == ArtworkVersion.asset_id, Preview.kind == "thumb")


def of_orders(order_ids: Iterable[uuid.UUID | None]) -> dict[uuid.UUID, uuid.UUID]:
    """Return order id → the preview of its first line that has one. One query."""
    wanted = {one for one in order_ids if one}
    if not wanted:
        return {}
    rows = db.session.execute(
        select(OrderLine.order_id, Preview.id)
        .join(ArtworkVersion, ArtworkVersion.slot_id == OrderLine.artwork_slot_id)
        .join(Preview, SMALL)
        .where(OrderLine.order_id.in_(wanted))
        .ext(distinct_on(OrderLine.order_id))
        .order_by(OrderLine.order_id, OrderLine.position, ArtworkVersion.number.desc())
    )
    return {row[0]: row[1] for row in rows}


def of_slots(slot_ids: Iterable[uuid.UUID | None]) -> dict[uuid.UUID, uuid.UUID]:
    """Return slot id → the preview of its newest version that has one. One query."""
    wanted = {one for one in slot_ids if one}
    if not wanted:
        return {}
    rows = db.session.execute(
        select(ArtworkVersion.slot_id, Preview.id)
        .join(Preview, SMALL)
        .where(ArtworkVersion.slot_id.in_(wanted))
        .ext(distinct_on(ArtworkVersion.slot_id))
        .order_by(ArtworkVersion.slot_id, ArtworkVersion.number.desc())
    )
    return {row[0]: row[1] for row in rows}
