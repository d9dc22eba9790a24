"""Reserving for an order's lines, giving back, and using up."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import select, tuple_

from app.core.actor import Actor, require
from app.core.clock import now
from app.core.db import db, locked_all
from app.core.errors import AlreadyDone
from app.core.events import Event, record
from app.core.translations import _
from app.stock.amounts import amount, plain_text, shown
from app.stock.errors import Lack, Short
from app.stock.models import Reservation, StockItem, StockLevel, StockMovement
from app.stock.services.find import find_items
from app.stock.services.items import standard_location
from app.stock.services.ledger import post, refuse_repeat

Amounts = Mapping[str, Decimal | int | str]


def reserve(
    claims: Mapping[uuid.UUID, Amounts], *, stream_id: uuid.UUID, actor: Actor
) -> list[Reservation]:
    """Set aside for every claim (order line) its SKU → amount, all of it or nothing.

    Returns the open reservations of the claims. A claim that holds the same amount already is left
    alone, so a repeat changes nothing; one that was released is opened again. One ``stock.reserved``
    event per claim that gained something. Locks the levels of all items in primary key order, checks
    the summed demand per item under the lock, then locks the claims' reservations.

    Raises Short with every item that lacks (``stock.short`` is then in the session, unless it was
    said before: commit to keep it), AlreadyDone where a claim holds another amount, NotFound for an
    unknown SKU, BadInput.
    """
    require(actor, "stock.move", stream_id=stream_id)
    wanted = {
        claim: {sku: amount(value) for sku, value in lines.items()}
        for claim, lines in claims.items()
    }
    items = find_items(sku for lines in wanted.values() for sku in lines)
    levels = _locked_levels(item.id for item in items.values())
    held = _locked_reservations(wanted, levels.values())
    fresh = [
        (claim, items[sku], quantity)
        for claim, lines in wanted.items()
        for sku, quantity in lines.items()
        if not _holds(held.get((claim, items[sku].id)), quantity, sku)
    ]
    _refuse_if_short(fresh, levels, stream_id, actor)
    for claim, item, quantity in fresh:
        row = held.get((claim, item.id))
        if row is None:
            row = Reservation(
                item_id=item.id,
                location_id=levels[item.id].location_id,
                lot=levels[item.id].lot,
                claim_id=claim,
                stream_id=stream_id,
                quantity=quantity,
                consumed=Decimal(0),
            )
            db.session.add(row)
            held[claim, item.id] = row
        else:
            row.quantity, row.released_at = row.consumed + quantity, None
        levels[item.id].reserved += quantity
    db.session.flush()
    for claim in wanted:
        gained = {item.sku: amount for c, item, amount in fresh if c == claim}
        if gained:
            first = next(held[c, item.id] for c, item, _ in fresh if c == claim)
            record("stock.reserved", first, actor, stream_id=stream_id, data=_data(claim, gained))
    return [held[claim, items[sku].id] for claim, lines in wanted.items() for sku in lines]


def release(claim_id: uuid.UUID, *, actor: Actor) -> list[Reservation]:
    """Give back what the claim still holds; return the reservations that were open.

    Nothing open: nothing happens, no event. Locks levels, then reservations, in primary key order.
    """
    require(actor, "stock.move")
    levels, rows = _locked_claim(claim_id)
    if not rows:
        return []
    given_back = {row.item.sku: row.held for row in rows}
    for row in rows:
        levels[row.item_id].reserved -= row.held
        row.released_at = now()
    db.session.flush()
    record(
        "stock.released",
        rows[0],
        actor,
        stream_id=rows[0].stream_id,
        data=_data(claim_id, given_back),
    )
    return rows


def consume(
    claim_id: uuid.UUID,
    quantities: Amounts,
    *,
    stream_id: uuid.UUID,
    actor: Actor,
    once_key: str | None = None,
) -> list[StockMovement]:
    """Move SKU → amount from stock to production and lower the claim's reservations by it.

    What goes beyond the reservation is taken from what is free, as a movement of its own with the
    reason "extra". `once_key` names the work this was for: again, it raises AlreadyDone. Raises Short
    where the extra is not free (nothing is then moved), NotFound, BadInput. Locks as `reserve`.
    """
    require(actor, "stock.move", stream_id=stream_id)
    wanted = {sku: amount(value) for sku, value in quantities.items()}
    items = find_items(wanted)
    levels = _locked_levels(item.id for item in items.values())
    held = _locked_reservations([claim_id], levels.values())
    plan: list[tuple[StockItem, Reservation | None, Decimal]] = []
    lacks = []
    for sku, quantity in sorted(wanted.items()):
        item = items[sku]
        row = held.get((claim_id, item.id))
        ours = min(row.held, quantity) if row else Decimal(0)
        plan += [(item, row, ours)] if ours else []
        plan += [(item, None, quantity - ours)] if quantity > ours else []
        refuse_repeat(_key(once_key, item))
        if quantity - ours > levels[item.id].available:
            free = levels[item.id].available
            lacks.append(Lack(item.sku, item.name, item.unit, quantity - ours, free))
    if lacks:
        raise Short(lacks)
    production = standard_location("production")
    keyed: set[StockItem] = set()  # an item's first movement carries the key, so a repeat meets it
    made = []
    for item, row, part in plan:
        movement = post(
            levels[item.id],
            item.home,
            production,
            part,
            "consumption" if row else "extra",
            actor=actor,
            reservation=row,
            stream_id=stream_id,
            once_key=None if item in keyed else _key(once_key, item),
        )
        keyed.add(item)
        made.append(movement)
    return made


def _key(once_key: str | None, item: StockItem) -> str | None:
    return f"{once_key}:{item.sku}" if once_key else None


def _holds(row: Reservation | None, quantity: Decimal, sku: str) -> bool:
    if row is None or row.released_at is not None:
        return False
    if row.quantity != quantity:
        raise AlreadyDone(
            _(
                "The line holds %(shown)s of %(sku)s already, not %(shown2)s.",
                shown=shown(row.quantity),
                sku=sku,
                shown2=shown(quantity),
            ),
            next_step=_("Release what it holds first."),
        )
    return True


def _refuse_if_short(
    fresh: list[tuple[uuid.UUID, StockItem, Decimal]],
    levels: Mapping[uuid.UUID, StockLevel],
    stream_id: uuid.UUID,
    actor: Actor,
) -> None:
    demand: dict[StockItem, Decimal] = {}
    for _claim, item, quantity in fresh:
        demand[item] = demand.get(item, Decimal(0)) + quantity
    lacking = [item for item in demand if demand[item] > levels[item.id].available]
    if not lacking:
        return
    lacks = [
        Lack(item.sku, item.name, item.unit, demand[item], levels[item.id].available)
        for item in sorted(lacking, key=lambda item: item.sku)
    ]
    data: dict[str, Any] = {
        "claims": sorted({str(claim) for claim, _, _ in fresh}),
        "lacks": [lack.as_dict() for lack in lacks],
    }
    if not _said_before(stream_id, data):
        record("stock.short", lacking[0], actor, stream_id=stream_id, data=data)
    raise Short(lacks)


def _said_before(stream_id: uuid.UUID, data: dict[str, Any]) -> bool:
    """Whether the last word on these claims was that they lack the same items: a sweep that tries
    again and again must not fill the order's history."""
    query = select(Event.name, Event.sealed_data).where(
        Event.stream_id == stream_id,
        Event.name.in_(("stock.short", "stock.reserved", "stock.released")),
    )
    for name, recorded in db.session.execute(query.order_by(Event.stream_seq.desc()).limit(50)):
        said = recorded or {}
        if name != "stock.short" and said["claim_id"] in data["claims"]:
            return False
        if name == "stock.short" and said["claims"] == data["claims"]:
            return [(lack["sku"], lack["needed"]) for lack in said["lacks"]] == [
                (lack["sku"], lack["needed"]) for lack in data["lacks"]
            ]
    return False


def _locked_levels(item_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, StockLevel]:
    """Lock the items' levels and return, by item, the one where each lies, not told apart by lots."""
    return {
        level.item_id: level
        for level in locked_all(StockLevel, item_ids)
        if level.lot == "" and level.location_id == level.item.home_location_id
    }


def _locked_reservations(
    claims: Iterable[uuid.UUID], levels: Iterable[StockLevel]
) -> dict[tuple[uuid.UUID, uuid.UUID], Reservation]:
    places = [(level.item_id, level.location_id, level.lot) for level in levels]
    place = tuple_(Reservation.item_id, Reservation.location_id, Reservation.lot)
    query = select(Reservation.id).where(Reservation.claim_id.in_(list(claims)), place.in_(places))
    rows = locked_all(Reservation, db.session.scalars(query))
    return {(row.claim_id, row.item_id): row for row in rows}


def _locked_claim(
    claim_id: uuid.UUID,
) -> tuple[dict[uuid.UUID, StockLevel], list[Reservation]]:
    """Lock levels before reservations; a reservation's item never changes, so this look suffices."""
    items = select(Reservation.item_id).where(Reservation.claim_id == claim_id)
    levels = _locked_levels(list(db.session.scalars(items)))
    rows = _locked_reservations([claim_id], levels.values()).values()
    return levels, [row for row in rows if row.released_at is None]


def _data(claim_id: uuid.UUID, amounts: Mapping[str, Decimal]) -> dict[str, object]:
    return {
        "claim_id": claim_id,
        "items": {sku: plain_text(value) for sku, value in amounts.items()},
    }
