"""What must hold of the stock at every moment, read from the data itself."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from sqlalchemy import ColumnElement, Subquery, and_, case, exists, func, select, union_all
from sqlalchemy.orm import aliased

from app.core.db import db
from app.core.promises import promise
from app.stock.amounts import shown
from app.stock.models import Reservation, StockItem, StockLevel, StockLocation, StockMovement

NOTHING = Decimal(0)


@promise("What is on hand of each item is the sum of its movements")
def levels_are_the_sum_of_movements() -> Iterator[str]:
    """Yield a sentence for each level (item, place, lot) that is not what its movements add up to."""
    ends = union_all(
        *(
            select(
                StockMovement.item_id,
                end.label("location_id"),
                StockMovement.lot,
                (StockMovement.quantity * sign).label("moved"),
            )
            for end, sign in (
                (StockMovement.to_location_id, 1),
                (StockMovement.from_location_id, -1),
            )
        )
    ).subquery()
    sums = (
        select(
            ends.c.item_id, ends.c.location_id, ends.c.lot, func.sum(ends.c.moved).label("moved")
        )
        .join(StockLocation, StockLocation.id == ends.c.location_id)
        .where(StockLocation.kind == "internal")
        .group_by(ends.c.item_id, ends.c.location_id, ends.c.lot)
        .subquery()
    )
    moved = func.coalesce(sums.c.moved, NOTHING)
    item_id = func.coalesce(StockLevel.item_id, sums.c.item_id)
    query = (
        select(StockItem.sku, StockLevel.on_hand, moved.label("moved"))
        .select_from(StockLevel)
        .join(sums, _same_place(sums), full=True)
        .join(StockItem, StockItem.id == item_id)
        .where(StockLevel.on_hand.is_distinct_from(moved))
        .order_by(StockItem.sku)
    )
    for row in db.session.execute(query):
        said = "nothing" if row.on_hand is None else shown(row.on_hand)
        yield f"{row.sku}: {said} on hand, but its movements add up to {shown(row.moved)}."
    bare = select(StockItem.sku).where(
        ~exists().where(
            StockLevel.item_id == StockItem.id,
            StockLevel.location_id == StockItem.home_location_id,
            StockLevel.lot == "",
        ),
        StockItem.id.not_in(select(sums.c.item_id)),
    )
    for sku in db.session.scalars(bare.order_by(StockItem.sku)):
        yield f"{sku}: nothing on hand, and no level where it lies."


def _same_place(sums: Subquery) -> ColumnElement[bool]:
    return and_(
        sums.c.item_id == StockLevel.item_id,
        sums.c.location_id == StockLevel.location_id,
        sums.c.lot == StockLevel.lot,
    )


@promise("What is reserved of each item is what open reservations still hold")
def reserved_is_the_sum_of_open_reservations() -> Iterator[str]:
    """Yield a sentence for each level whose reserved is not what open reservations still hold."""
    sums = (
        select(
            Reservation.item_id,
            Reservation.location_id,
            Reservation.lot,
            func.sum(Reservation.quantity - Reservation.consumed).label("held"),
        )
        .where(Reservation.released_at.is_(None))
        .group_by(Reservation.item_id, Reservation.location_id, Reservation.lot)
        .subquery()
    )
    held = func.coalesce(sums.c.held, NOTHING)
    query = (
        select(StockItem.sku, StockLevel.reserved, held.label("held"))
        .join(StockLevel, StockLevel.item_id == StockItem.id)
        .outerjoin(sums, _same_place(sums))
        .where(StockLevel.reserved != held)
        .order_by(StockItem.sku)
    )
    for row in db.session.execute(query):
        yield f"{row.sku}: {shown(row.reserved)} reserved, but open claims hold {shown(row.held)}."


@promise("What was used for an order is what moved for it")
def consumed_is_the_sum_of_its_movements() -> Iterator[str]:
    """Yield a sentence for each reservation whose consumed is not what was moved for it."""
    target = aliased(StockLocation)
    signed = case(
        (target.kind == "internal", -StockMovement.quantity), else_=StockMovement.quantity
    )
    sums = (
        select(StockMovement.reservation_id, func.sum(signed).label("used"))
        .join(target, target.id == StockMovement.to_location_id)
        .where(StockMovement.reservation_id.is_not(None))
        .group_by(StockMovement.reservation_id)
        .subquery()
    )
    used = func.coalesce(sums.c.used, NOTHING)
    query = (
        select(Reservation.claim_id, StockItem.sku, Reservation.consumed, used.label("used"))
        .join(StockItem, StockItem.id == Reservation.item_id)
        .outerjoin(sums, sums.c.reservation_id == Reservation.id)
        .where(Reservation.consumed != used)
        .order_by(Reservation.id)
    )
    for row in db.session.execute(query):
        yield (
            f"{row.sku} for claim {row.claim_id}: {shown(row.consumed)} counted as used, "
            f"but {shown(row.used)} moved."
        )


@promise("Each undone movement has its exact mirror")
def reversals_are_exact() -> Iterator[str]:
    """Yield a sentence for each reversal that is not the mirror of what it undoes."""
    undone = aliased(StockMovement)
    query = (
        select(StockMovement.id, StockItem.sku)
        .join(undone, undone.id == StockMovement.reverses_id)
        .join(StockItem, StockItem.id == StockMovement.item_id)
        .where(
            (StockMovement.item_id != undone.item_id)
            | (StockMovement.quantity != undone.quantity)
            | (StockMovement.from_location_id != undone.to_location_id)
            | (StockMovement.to_location_id != undone.from_location_id)
            | StockMovement.reservation_id.is_distinct_from(undone.reservation_id)
        )
        .order_by(StockMovement.id)
    )
    for row in db.session.execute(query):
        yield f"{row.sku}: reversal {row.id} is not the mirror of the movement it undoes."
