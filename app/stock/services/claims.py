"""Reserving for an order's lines, giving back, and using up."""

import uuid
from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import chain
from typing import Any

from sqlalchemy import select, tuple_

from app.core.actor import Actor, require
from app.core.clock import now
from app.core.db import db, locked_all
from app.core.errors import AlreadyDone
from app.core.events import Event, record
from app.core.translations import _
from app.stock.amounts import amount, format_amount, plain_text
from app.stock.errors import Lack, Short
from app.stock.models import Reservation, StockItem, StockLevel, StockMovement
from app.stock.services.items import find_items, standard_location
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
    levels, held = _locked(wanted, (item.id for item in items.values()))
    fresh = {
        claim: [
            (items[sku], quantity)
            for sku, quantity in lines.items()
            if not _holds(held.get((claim, items[sku].id)), quantity, sku)
        ]
        for claim, lines in wanted.items()
    }
    _refuse_if_short(fresh, levels, stream_id, actor)
    for claim, gained in fresh.items():
        for item, quantity in gained:
            row, level = held.get((claim, item.id)), levels[item.id]
            if row is None:
                held[claim, item.id] = row = Reservation(
                    item_id=item.id,
                    location_id=level.location_id,
                    lot=level.lot,
                    claim_id=claim,
                    stream_id=stream_id,
                    consumed=Decimal(0),
                )
                db.session.add(row)
            row.quantity, row.released_at = row.consumed + quantity, None
            level.reserved += quantity
        if gained:
            first = held[claim, gained[0][0].id]
            data = _data(claim, ((item.sku, quantity) for item, quantity in gained))
            record("stock.reserved", first, actor, stream_id=stream_id, data=data)
    return [held[claim, items[sku].id] for claim, lines in wanted.items() for sku in lines]


def release(claim_id: uuid.UUID, *, actor: Actor) -> list[Reservation]:
    """Give back what the claim still holds; return the reservations that were open.

    Nothing open: nothing happens, no event. Locks levels, then reservations, in primary key order.
    """
    require(actor, "stock.move")
    # a reservation's item never changes, so that it can be read before the lock
    items = select(Reservation.item_id).where(Reservation.claim_id == claim_id)
    levels, held = _locked([claim_id], db.session.scalars(items))
    rows = [row for row in held.values() if row.released_at is None]
    if not rows:
        return []
    data = _data(claim_id, [(row.item.sku, row.held) for row in rows])
    for row in rows:
        levels[row.item_id].reserved -= row.held
        row.released_at = now()
    record("stock.released", rows[0], actor, stream_id=rows[0].stream_id, data=data)
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
    levels, held = _locked([claim_id], (item.id for item in items.values()))
    plan: list[tuple[StockItem, Reservation | None, Decimal]] = []
    lacks = []
    for sku, quantity in sorted(wanted.items()):
        item, level = items[sku], levels[items[sku].id]
        row = held.get((claim_id, item.id))
        ours = min(row.held, quantity) if row else Decimal(0)
        plan += [(item, row, ours)] if ours else []
        plan += [(item, None, quantity - ours)] if quantity > ours else []
        refuse_repeat(_key(once_key, item))
        if quantity - ours > level.available:
            lacks.append(Lack(item, quantity - ours, level.available))
    if lacks:
        raise Short(lacks)
    keyed: set[StockItem] = set()  # an item's first movement carries the key, so a repeat meets it
    made = []
    for item, row, part in plan:
        movement = post(
            levels[item.id],
            item.home,
            standard_location("production"),
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
        amounts = {"held": format_amount(row.quantity), "wanted": format_amount(quantity)}
        raise AlreadyDone(
            _("The item already reserves %(held)s of %(sku)s, not %(wanted)s.", sku=sku, **amounts),
            next_step=_("Release the reservation first."),
        )
    return True


def _refuse_if_short(
    fresh: Mapping[uuid.UUID, list[tuple[StockItem, Decimal]]],
    levels: Mapping[uuid.UUID, StockLevel],
    stream_id: uuid.UUID,
    actor: Actor,
) -> None:
    demand: dict[StockItem, Decimal] = {}
    for item, quantity in chain.from_iterable(fresh.values()):
        demand[item] = demand.get(item, Decimal(0)) + quantity
    lacks = [
        Lack(item, demand[item], levels[item.id].available)
        for item in sorted(demand, key=lambda item: item.sku)
        if demand[item] > levels[item.id].available
    ]
    if not lacks:
        return
    data: dict[str, Any] = {
        "claims": sorted(str(claim) for claim, gained in fresh.items() if gained),
        "lacks": [lack.as_dict() for lack in lacks],
    }
    if not _is_recorded(stream_id, data):
        record("stock.short", lacks[0].item, actor, stream_id=stream_id, data=data)
    raise Short(lacks)


def _is_recorded(stream_id: uuid.UUID, data: dict[str, Any]) -> bool:
    """Return whether the newest event of these claims says that they lack the same items.

    Material is tried for again and again: that must not fill the order's history.
    """
    query = select(Event.name, Event.sealed_data).where(
        Event.stream_id == stream_id,
        Event.name.in_(("stock.short", "stock.reserved", "stock.released")),
    )
    for name, recorded in db.session.execute(query.order_by(Event.stream_seq.desc()).limit(50)):
        before = recorded or {}
        if name != "stock.short" and before["claim_id"] in data["claims"]:
            return False
        if name == "stock.short" and before["claims"] == data["claims"]:
            old, new = (
                [(lack["sku"], lack["needed"]) for lack in lacks]
                for lacks in (before["lacks"], data["lacks"])
            )
            return old == new
    return False


def _locked(
    claims: Iterable[uuid.UUID], item_ids: Iterable[uuid.UUID]
) -> tuple[dict[uuid.UUID, StockLevel], dict[tuple[uuid.UUID, uuid.UUID], Reservation]]:
    """Lock the items' levels, then what the claims hold of them; return both, by item and by claim.

    Of each item it is the level where it lies, not told apart by lots.
    """
    levels = {
        level.item_id: level
        for level in locked_all(StockLevel, item_ids)
        if level.lot == "" and level.location_id == level.item.home_location_id
    }
    places = [(level.item_id, level.location_id, level.lot) for level in levels.values()]
    place = tuple_(Reservation.item_id, Reservation.location_id, Reservation.lot)
    query = select(Reservation.id).where(Reservation.claim_id.in_(list(claims)), place.in_(places))
    rows = locked_all(Reservation, db.session.scalars(query))
    return levels, {(row.claim_id, row.item_id): row for row in rows}


def _data(claim_id: uuid.UUID, amounts: Iterable[tuple[str, Decimal]]) -> dict[str, object]:
    return {"claim_id": claim_id, "items": {sku: plain_text(value) for sku, value in amounts}}
