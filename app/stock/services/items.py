"""Items and locations: finding them and what they hold, and creating them."""

import uuid
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import Date, case, cast, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from app.core.actor import Actor, require
from app.core.db import db
from app.core.errors import BadInput, NotFound
from app.core.events import record
from app.core.ids import new_id
from app.core.keys import free_key
from app.core.translations import _, _l
from app.stock.models import (
    LOCATION_KINDS,
    Reservation,
    StockItem,
    StockLevel,
    StockLocation,
    StockMovement,
)


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


STANDARD = {
    "supplier": ("suppliers", _l("Suppliers")),
    "production": ("production", _l("Production")),
    "customer": ("customers", _l("Customers")),
    "adjustment": ("count_difference", _l("Count difference")),
}


def standard_location(kind: str) -> StockLocation:
    """Return the shop's location of this kind (supplier, production, customer, adjustment).

    Made on first use; two at once make one.
    """
    key, name = STANDARD[kind]
    by_key = select(StockLocation).where(StockLocation.key == key)
    found = db.session.scalar(by_key)
    if found is None:
        db.session.execute(
            insert(StockLocation)
            .values(id=new_id(), key=key, name=name, kind=kind)
            .on_conflict_do_nothing(index_elements=[StockLocation.key])
        )
        found = db.session.scalars(by_key).one()
    return found


def add_location(none_yet: None, actor: Actor, name: str) -> StockLocation:
    """Create an internal location, where stock is on hand; its key is made from its name. Runs as a verb."""
    keys = set(db.session.scalars(select(StockLocation.key)))
    return create_location(free_key(name, keys, otherwise="place"), name, "internal", actor=actor)


def create_location(key: str, name: str, kind: str, *, actor: Actor) -> StockLocation:
    """Make a location. Raises BadInput for an unknown kind or a key that is taken."""
    require(actor, "stock.move")
    if kind not in LOCATION_KINDS:
        kinds = ", ".join(LOCATION_KINDS)
        raise BadInput(_("“%(kind)s” is none of %(kinds)s.", kind=kind, kinds=kinds), field="kind")
    location = StockLocation(key=key, name=name.strip(), kind=kind)
    _insert(location, _("The location %(key)s already exists.", key=key), "key")
    record("stock.location_created", location, actor, after={"key": key, "kind": kind})
    return location


def create_item(
    none_yet: None, actor: Actor, sku: str, name: str, unit: str, home: StockLocation
) -> StockItem:
    """Create an item with no stock on hand, kept at the internal location `home`. Runs as a verb.

    Raises BadInput for a SKU that is taken, or a home that is not internal.
    """
    if home.kind != "internal":
        raise BadInput(_("“%(home)s” is not a stock location.", home=home.name), field="home")
    words = {"sku": sku, "name": name, "unit": unit}
    item = StockItem(**words, home_location_id=home.id)
    _insert(item, _("The SKU %(sku)s is taken. Choose another.", sku=sku), "sku")
    db.session.add(StockLevel(item=item, location_id=home.id, lot="", on_hand=0, reserved=0))
    db.session.flush()
    record("stock.item_created", item, actor, after=words)
    return item


def _insert(row: StockItem | StockLocation, sentence: str, field: str) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()
    except IntegrityError:
        raise BadInput(sentence, field=field) from None
