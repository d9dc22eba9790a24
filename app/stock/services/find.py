"""Reading stock; nothing here changes or locks a row."""

import uuid
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import Date, case, cast, func, select
from sqlalchemy.orm import aliased

from app.core.db import db
from app.core.errors import NotFound
from app.core.translations import _
from app.stock.models import Reservation, StockItem, StockLevel, StockLocation, StockMovement


def find_item(sku: str) -> StockItem:
    """Return the item; raise NotFound that names the SKU."""
    return find_items([sku])[sku]


def find_items(skus: Iterable[str]) -> dict[str, StockItem]:
    """Return SKU → item for all `skus`; raise NotFound that names the first one missing."""
    wanted = set(skus)
    rows = db.session.scalars(select(StockItem).where(StockItem.sku.in_(wanted)))
    found = {item.sku: item for item in rows}
    for sku in sorted(wanted - found.keys()):
        raise NotFound(
            _("There is no stock item %(sku)s.", sku=sku),
            next_step=_("Add it to the inventory, or change the product's material."),
        )
    return found


def on_hand_per_day(
    item_id: uuid.UUID, last: date, *, zone: str, days: int = 14
) -> tuple[tuple[date, Decimal], ...]:
    """Return (day, on hand at its end) for each of the `days` days up to `last`, oldest first.

    `zone` says when a day ends. Counted back from the level of now by what moved since: one query
    for the level, one for the movements of these days.
    """
    origin, target = aliased(StockLocation), aliased(StockLocation)
    came = case((target.kind == "internal", StockMovement.quantity), else_=0)
    went = case((origin.kind == "internal", StockMovement.quantity), else_=0)
    day = cast(func.timezone(zone, StockMovement.created_at), Date)
    first = last - timedelta(days=days - 1)
    query = (
        select(day, func.sum(came - went))
        .join(origin, origin.id == StockMovement.from_location_id)
        .join(target, target.id == StockMovement.to_location_id)
        .where(StockMovement.item_id == item_id, day > first)
        .group_by(day)
    )
    net = {row[0]: row[1] for row in db.session.execute(query)}
    level = select(func.sum(StockLevel.on_hand)).where(StockLevel.item_id == item_id)
    left = db.session.scalar(level) or Decimal(0)
    left -= sum((moved for at, moved in net.items() if at > last), Decimal(0))
    found = []
    for number in range(days):
        at = last - timedelta(days=number)
        found.append((at, left))
        left -= net.get(at, Decimal(0))
    return tuple(reversed(found))


def open_claims(claim_id: uuid.UUID) -> list[Reservation]:
    """Return the claim's reservations that are not released, by SKU."""
    query = (
        select(Reservation)
        .join(StockItem, StockItem.id == Reservation.item_id)
        .where(Reservation.claim_id == claim_id, Reservation.released_at.is_(None))
    )
    return list(db.session.scalars(query.order_by(StockItem.sku)))
