"""Opening the store with what a preset says is in it."""

from sqlalchemy import select

from app.catalog.presets import StockSection
from app.core.actor import Actor, require
from app.core.db import db
from app.core.translations import _
from app.stock.models import StockItem, StockLocation
from app.stock.services.items import create_item, create_location, standard_location
from app.stock.services.ledger import receive


def load_preset(section: StockSection, *, actor: Actor) -> list[StockItem]:
    """Make the section's locations and items that are missing, with their opening quantity.

    Returns the items it made. What is there already is left as it is, so a second call changes
    nothing, and never adds the opening quantity again.
    """
    require(actor, "stock.move")
    places = {place.key: place for place in db.session.scalars(select(StockLocation))}
    for wanted in section.locations:
        if wanted.key not in places:
            places[wanted.key] = create_location(wanted.key, wanted.name, wanted.kind, actor=actor)
    kinds = {place.kind: places[place.key] for place in section.locations}
    supplier = kinds.get("supplier") or standard_location("supplier")
    existing = set(db.session.scalars(select(StockItem.sku)))
    made = []
    for entry in section.items:
        if entry.sku in existing:
            continue
        home = places[entry.location]
        item = create_item(None, actor, entry.sku, entry.name, entry.unit, home)
        if entry.opening:
            key = f"opening:{entry.sku}"
            receive(item, actor, entry.opening, supplier, _("Opening quantity"), once_key=key)
        made.append(item)
    return made
