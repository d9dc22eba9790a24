from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa

from app.core.actor import system
from app.stock import services as stock
from app.stock.models import Reservation, StockLevel
from tests.stock.conftest import broken

pytestmark = pytest.mark.usefixtures("session")
LINE = uuid.UUID(int=601)


@pytest.fixture
def used(paper):
    stock.reserve({LINE: {"P-1": 30}}, stream_id=uuid.uuid4(), actor=system())
    stock.consume(LINE, {"P-1": 10}, stream_id=uuid.uuid4(), actor=system())
    assert broken() == []
    return paper


def break_it(session, statement) -> list[str]:
    """The sentences while the damage is done; it is undone again before the test ends."""
    savepoint = session.begin_nested()
    session.execute(statement)
    found = broken()
    savepoint.rollback()
    return found


def test_a_level_that_is_not_the_sum_of_its_movements_is_named(session, used) -> None:
    damage = sa.update(StockLevel).values(on_hand=91)
    assert break_it(session, damage) == ["P-1: 91 on hand, but its movements add up to 90."]


def test_an_item_without_a_level_is_named(session, used) -> None:
    damage = sa.delete(StockLevel)
    assert break_it(session, damage) == ["P-1: nothing on hand, but its movements add up to 90."]


def test_a_reserved_that_no_claim_holds_is_named(session, used) -> None:
    damage = sa.update(StockLevel).values(reserved=19)
    assert break_it(session, damage) == ["P-1: 19 reserved, but open claims hold 20."]


def test_a_claim_that_says_it_used_what_never_moved_is_named(session, used) -> None:
    damage = sa.update(Reservation).values(consumed=11, quantity=31)
    [sentence] = break_it(session, damage)
    assert sentence == f"P-1 for claim {LINE}: 11 counted as used, but 10 moved."
