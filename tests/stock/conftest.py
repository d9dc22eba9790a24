from __future__ import annotations

import uuid
from decimal import Decimal

import pytest

from app.core.actor import Actor, system
from app.core.db import db
from app.stock import services as stock
from app.stock import verbs as stock_verbs
from app.stock.invariants import (
    consumed_is_the_sum_of_its_movements,
    every_item_has_a_level,
    levels_are_the_sum_of_movements,
    reserved_is_the_sum_of_open_reservations,
    reversals_are_exact,
)
from app.stock.models import StockItem, StockLocation

WAREHOUSE = Actor("staff", uuid.UUID(int=1), "Warehouse", "backoffice", frozenset({"stock.move"}))
VIEWER = Actor("staff", uuid.UUID(int=2), "Sales", "backoffice", frozenset({"stock.view"}))


def broken() -> list[str]:
    """Every sentence that any invariant of stock has to say now."""
    return [
        *levels_are_the_sum_of_movements(),
        *every_item_has_a_level(),
        *reserved_is_the_sum_of_open_reservations(),
        *consumed_is_the_sum_of_its_movements(),
        *reversals_are_exact(),
    ]


def three(item: StockItem) -> tuple[Decimal, Decimal, Decimal]:
    """On hand, reserved, available, as the database has them now."""
    db.session.refresh(item.level)
    return item.level.on_hand, item.level.reserved, item.level.available


def make_item(sku: str, opening: int, home: StockLocation | None = None) -> StockItem:
    place = home or stock.create_location(
        f"shelf_{sku.lower()}", "Shelf", "internal", actor=system()
    )
    item = stock_verbs.create_item(None, sku, f"Paper {sku}", "sheet", home=place, actor=system())
    if opening:
        stock_verbs.receive(item.id, opening, actor=system())
    return item


@pytest.fixture
def shelf(session) -> StockLocation:
    return stock.create_location("shelf", "Shelf", "internal", actor=system())


@pytest.fixture
def paper(session, shelf) -> StockItem:
    """100 sheets of P-1."""
    return make_item("P-1", 100, shelf)


@pytest.fixture
def foil(session, shelf) -> StockItem:
    """10 rolls of F-1."""
    return make_item("F-1", 10, shelf)


@pytest.fixture(autouse=True)
def invariants_hold(request):
    """Whatever a test of stock did through the verbs, the numbers must add up at its end."""
    if "session" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("session")  # so that it is still there when this one ends
    yield
    assert broken() == []
