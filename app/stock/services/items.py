"""Making items and locations."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from app.core.actor import Actor, require
from app.core.db import db
from app.core.errors import BadInput
from app.core.events import record
from app.core.ids import new_id
from app.core.translations import _, _l
from app.stock.models import LOCATION_KINDS, StockItem, StockLevel, StockLocation

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


def create_item(sku: str, name: str, unit: str, *, home: StockLocation, actor: Actor) -> StockItem:
    """Make an item with nothing on hand, that lies in the internal location `home`.

    Raises BadInput for an empty or taken SKU, or a home that is not internal.
    """
    require(actor, "stock.move")
    if home.kind != "internal":
        raise BadInput(_("“%(home)s” is not a stock location.", home=home.name), field="home")
    words = {"sku": sku.strip(), "name": name.strip(), "unit": unit.strip()}
    for field, value in words.items():
        if not value:
            raise BadInput(_("The %(field)s is empty.", field=field), field=field)
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
