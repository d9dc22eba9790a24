"""The newest picture of an order or of an artwork slot, for many of them in one query."""

import uuid
from collections.abc import Iterable
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.dialects.postgresql import distinct_on

from app.artwork.models import ArtworkVersion
from app.core.db import db
from app.files.models import Preview
from app.orders.models import OrderLine

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
