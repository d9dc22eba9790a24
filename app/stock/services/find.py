"""Reading stock; nothing here changes or locks a row."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from app.core.db import db
from app.core.errors import NotFound
from app.stock.models import Reservation, StockItem, StockLevel


@dataclass(frozen=True)
class Numbers:
    """The three numbers of an item, in its unit."""

    on_hand: Decimal
    reserved: Decimal

    @property
    def available(self) -> Decimal:
        return self.on_hand - self.reserved


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
            f"There is no stock item {sku}.",
            next_step="Add it to the stock, or change the product's material.",
        )
    return found


def numbers(item: StockItem) -> Numbers:
    """Return the item's three numbers as the database has them now."""
    columns = select(StockLevel.on_hand, StockLevel.reserved)
    row = db.session.execute(columns.where(StockLevel.item_id == item.id)).one()
    return Numbers(row.on_hand, row.reserved)


def numbers_of(skus: Iterable[str]) -> dict[str, Numbers]:
    """Return SKU → numbers for those of `skus` that exist, in one query."""
    query = (
        select(StockItem.sku, StockLevel.on_hand, StockLevel.reserved)
        .join(StockLevel, StockLevel.item_id == StockItem.id)
        .where(StockItem.sku.in_(set(skus)))
    )
    return {row.sku: Numbers(row.on_hand, row.reserved) for row in db.session.execute(query)}


def open_claims(claim_id: uuid.UUID) -> list[Reservation]:
    """Return the claim's reservations that are not released, by SKU."""
    query = (
        select(Reservation)
        .join(StockItem, StockItem.id == Reservation.item_id)
        .where(Reservation.claim_id == claim_id, Reservation.released_at.is_(None))
    )
    return list(db.session.scalars(query.order_by(StockItem.sku)))
