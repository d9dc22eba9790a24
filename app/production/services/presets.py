"""Loads a whole preset into the shop: stock, work centres and products, each by its own room."""

from __future__ import annotations

from flask_babel import ngettext
from sqlalchemy import func, select

from app.catalog import verbs as catalog
from app.catalog.models import Product, ProductFamily
from app.catalog.presets import read
from app.core.actor import Actor
from app.core.db import Model, db
from app.core.shop.region import region
from app.core.translations import _, _l
from app.production.models import WorkCentre
from app.production.services import create
from app.stock import services as stock
from app.stock.models import StockItem

#: Table → one and several of its rows, as they are told.
COUNTED: dict[type[Model], tuple[str, str]] = {
    ProductFamily: (_l("%(num)s family"), _l("%(num)s families")),
    Product: (_l("%(num)s product"), _l("%(num)s products")),
    WorkCentre: (_l("%(num)s work centre"), _l("%(num)s work centres")),
    StockItem: (_l("%(num)s stock item"), _l("%(num)s stock items")),
}


def load_shop_preset(none_yet: None, actor: Actor, name: str) -> str:
    """Load every room's part of the preset; return a sentence that says what is new. What is there already is left
    as it is. Raises NotFound for an unknown preset."""
    found, before = read(name), _counts()
    stock.load_preset(found.stock, actor=actor)
    create.load_preset(found.work_centres)
    catalog.load_preset(None, name, actor=actor)
    db.session.flush()
    new = {table: count - before[table] for table, count in _counts().items()}
    words = [_words(table, count) for table, count in new.items() if count]
    if not words:
        return _("Everything of the preset “%(name)s” is in the shop already.", name=found.name)
    told = _("“%(name)s” is loaded: %(what)s.", name=found.name, what=", ".join(words))
    currency = region().currency
    return f"{told} " + _("Its prices are examples in %(currency)s: check them.", currency=currency)


def _counts() -> dict[type[Model], int]:
    return {
        table: db.session.scalar(select(func.count()).select_from(table)) or 0 for table in COUNTED
    }


def _words(table: type[Model], count: int) -> str:
    one, many = COUNTED[table]
    return str(ngettext(one, many, count))
