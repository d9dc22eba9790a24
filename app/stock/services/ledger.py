"""Movements: the only code that changes a level."""

import uuid
from decimal import Decimal

from sqlalchemy import select

from app.core.actor import Actor
from app.core.db import db, get, locked
from app.core.errors import AlreadyDone, BadInput, WrongState
from app.core.events import record
from app.core.ids import new_id
from app.core.translations import _
from app.stock.amounts import amount, format_amount, plain_text
from app.stock.errors import Lack, Short
from app.stock.models import Reservation, StockItem, StockLevel, StockLocation, StockMovement
from app.stock.services.items import create_item, standard_location


def open_item(
    none_yet: None,
    actor: Actor,
    sku: str,
    name: str,
    unit: str,
    home: StockLocation,
    opening: Decimal | int | str = "",
) -> StockItem:
    """Create an item at the internal location `home`, with its opening quantity. Runs as a verb.

    Raises BadInput for a SKU that is taken, a home that is not internal, or an amount that is none.
    """
    on_hand = amount(opening, field="opening", zero=True) if str(opening).strip() else Decimal(0)
    item = create_item(None, actor, sku, name, unit, home)
    if on_hand:
        receive(item, actor, on_hand, note=_("Opening quantity"), once_key=f"opening:{sku}")
    return item


def receive(
    item: StockItem,
    actor: Actor,
    quantity: Decimal | int | str,
    source: StockLocation | None = None,
    note: str = "",
    once_key: str | None = None,
) -> StockMovement:
    """Take in goods from a supplier. Runs as a verb: the item's level is locked.

    `once_key` names this delivery: the same key again raises AlreadyDone. Raises BadInput for an
    amount that is not above 0.
    """
    return post(
        home_level(item.id),
        source or standard_location("supplier"),
        item.home,
        amount(quantity),
        "receipt",
        actor=actor,
        note=note,
        once_key=once_key,
    )


def count(
    item: StockItem, actor: Actor, counted: Decimal | int | str, note: str = ""
) -> StockMovement | None:
    """Set what is on hand to what somebody counted, by a movement of the difference.

    Runs as a verb: the item's level is locked. Returns None where nothing differs. Raises BadInput
    where less was counted than is reserved: somebody has to decide whose order waits, so a reservation
    must be released first.
    """
    clean = amount(counted, field="counted", zero=True)
    level = home_level(item.id)
    if clean < level.reserved:
        reserved = f"{format_amount(level.reserved)} {item.unit}"
        least = {"reserved": reserved, "counted": format_amount(clean)}
        raise BadInput(
            _("%(reserved)s are reserved, so the count can't be %(counted)s.", **least),
            next_step=_("Release a reservation first, then enter the count again."),
            field="counted",
        )
    difference = clean - level.on_hand
    if not difference:
        return None
    lost = standard_location("adjustment")
    ends = (lost, item.home) if difference > 0 else (item.home, lost)
    return post(level, *ends, abs(difference), "count", actor=actor, note=note)


def undo(movement: StockMovement, actor: Actor, note: str = "") -> StockMovement:
    """Undo a movement by its exact inverse: same amount, ends swapped, same reservation.

    Runs as a verb: its level and reservation are locked (`lock_movement`). Raises Short where what it
    brought is no longer free, WrongState where its reservation has no room for it.
    """
    reservation = get(Reservation, movement.reservation_id) if movement.reservation_id else None
    return post(
        _level_of(movement),
        movement.target,
        movement.origin,
        movement.quantity,
        "reversal",
        actor=actor,
        note=note,
        reservation=reservation,
        reverses_id=movement.id,
        stream_id=movement.stream_id,
    )


def lock_movement(movement_id: uuid.UUID) -> StockMovement:
    """Lock the level that a movement changed, then its reservation; return the movement."""
    movement = get(StockMovement, movement_id)
    _level_of(movement)
    if movement.reservation_id:
        locked(Reservation, movement.reservation_id)
    return movement


def is_undone(movement: StockMovement) -> bool:
    """Return whether another movement has undone this one."""
    undone = select(StockMovement.id).where(StockMovement.reverses_id == movement.id)
    return db.session.scalar(undone) is not None


def _level_of(movement: StockMovement) -> StockLevel:
    inside = movement.target if movement.target.kind == "internal" else movement.origin
    return locked(StockLevel, (movement.item_id, inside.id, movement.lot))


def home_level(item_id: uuid.UUID) -> StockLevel:
    """Return the level of an item where it lies, not told apart by lots, under FOR UPDATE."""
    item = get(StockItem, item_id)
    return locked(StockLevel, (item.id, item.home_location_id, ""))


def post(
    level: StockLevel,
    origin: StockLocation,
    target: StockLocation,
    quantity: Decimal,
    reason: str,
    *,
    actor: Actor,
    note: str = "",
    reservation: Reservation | None = None,
    reverses_id: uuid.UUID | None = None,
    stream_id: uuid.UUID | None = None,
    once_key: str | None = None,
) -> StockMovement:
    """Write one movement and bring level and reservation along. The caller holds both locks.

    `level` is that of the internal one of both ends and names the lot; raises ValueError otherwise.
    A movement of a reservation out of stock consumes it, one back in gives it back: so the inverse
    of a movement undoes all that the movement did. Raises AlreadyDone for a `once_key` seen before,
    Short where less than that is free.
    """
    item: StockItem = level.item
    if level.location_id != (target if target.kind == "internal" else origin).id:
        raise ValueError(f"The level of {item.sku} is not of the place that this movement changes.")
    refuse_repeat(once_key)
    before = {"on_hand": level.on_hand, "reserved": level.reserved}
    sign = (target.kind == "internal") - (origin.kind == "internal")
    on_hand = level.on_hand + sign * quantity
    reserved = level.reserved
    if reservation is not None:
        consumed = reservation.consumed - sign * quantity
        if not 0 <= consumed <= reservation.quantity:
            raise WrongState(
                _("The reservation of %(sku)s is too small for this movement.", sku=item.sku)
            )
        if reservation.released_at is None:
            reserved += sign * quantity
        reservation.consumed = consumed
    if on_hand < reserved:
        raise Short([Lack(item, quantity, level.available)])
    level.on_hand, level.reserved = on_hand, reserved
    movement = StockMovement(
        id=new_id(),
        item_id=item.id,
        origin=origin,
        target=target,
        lot=level.lot,
        quantity=quantity,
        reason=reason,
        note=note.strip()[:200],
        reservation_id=reservation.id if reservation else None,
        reverses_id=reverses_id,
        stream_id=stream_id,
        once_key=once_key,
    )
    db.session.add(movement)
    db.session.flush()
    after = {"on_hand": on_hand, "reserved": reserved}
    changed = [name for name in after if after[name] != before[name]]
    record(
        "stock.moved",
        item,
        actor,
        stream_id=stream_id,
        before={name: plain_text(before[name]) for name in changed},
        after={name: plain_text(after[name]) for name in changed},
        data={
            "movement_id": movement.id,
            "sku": item.sku,
            "quantity": quantity,
            "unit": item.unit,
            "from": origin.key,
            "to": target.key,
            "reason": reason,
        },
    )
    return movement


def refuse_repeat(once_key: str | None) -> None:
    """Raise AlreadyDone where a movement carries this key. The caller holds the item's level."""
    if once_key is None:
        return
    seen = select(StockMovement.id).where(StockMovement.once_key == once_key)
    if db.session.scalar(seen) is not None:
        raise AlreadyDone(_("This was already recorded. Nothing was changed."))
