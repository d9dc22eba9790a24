"""A level is of one item in one place, of one lot; what lies elsewhere is neither promised nor lost."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from app.core.actor import system
from app.core.clock import today
from app.core.db import db
from app.core.seals import row_content, row_hash
from app.stock import services as stock
from app.stock import verbs as stock_verbs
from app.stock.invariants import levels_are_the_sum_of_movements
from app.stock.models import StockLevel, StockMovement
from app.stock.services.ledger import post

ACTOR = system()


@pytest.fixture
def lot(paper: Any) -> StockLevel:
    """Forty sheets of a lot in a second place, moved there as goods come in."""
    cellar = stock.create_location("cellar", "Cellar", "internal", actor=ACTOR)
    level = StockLevel(item=paper, location_id=cellar.id, lot="L-7", on_hand=0, reserved=0)
    db.session.add(level)
    db.session.flush()
    supplier = stock.standard_location("supplier")
    post(level, supplier, cellar, Decimal(40), "receipt", actor=ACTOR)
    return level


def test_an_item_s_numbers_are_over_all_places_and_lots(paper: Any, lot: StockLevel) -> None:
    ((_, on_hand),) = stock.on_hand_per_day(paper.id, today(), zone="UTC", days=1)
    assert on_hand == paper.level.on_hand + 40
    assert list(levels_are_the_sum_of_movements()) == []


def test_orders_are_promised_what_lies_at_home(paper: Any, lot: StockLevel) -> None:
    claim = uuid.uuid4()
    (row,) = stock.reserve({claim: {paper.sku: 30}}, stream_id=uuid.uuid4(), actor=ACTOR)
    assert (row.location_id, row.lot) == (paper.home_location_id, "")
    assert (paper.level.reserved, lot.reserved) == (30, 0)


def test_a_movement_is_undone_in_the_place_and_lot_it_was_of(paper: Any, lot: StockLevel) -> None:
    at_home = paper.level.on_hand
    received = db.session.scalars(sa.select(StockMovement).where(StockMovement.lot == "L-7")).one()
    stock_verbs.undo(received.id, actor=ACTOR)
    assert (lot.on_hand, paper.level.on_hand) == (0, at_home)


def test_a_level_that_lost_a_sheet_to_another_place_is_named(paper: Any, lot: StockLevel) -> None:
    lot.on_hand -= 1
    paper.level.on_hand += 1
    db.session.flush()
    assert len(list(levels_are_the_sum_of_movements())) == 2
    lot.on_hand += 1
    paper.level.on_hand -= 1


def test_a_movement_of_another_place_can_not_change_the_level(paper: Any, lot: StockLevel) -> None:
    supplier = stock.standard_location("supplier")
    with pytest.raises(ValueError, match="place"):
        post(lot, supplier, paper.home, Decimal(1), "receipt", actor=ACTOR)


def test_a_movement_without_lot_keeps_the_hash_it_had_before_there_were_lots(paper: Any) -> None:
    row = db.session.scalars(sa.select(StockMovement).limit(1)).one()
    plain, named = row_hash(row), None
    row.lot = "L-7"
    named = row_hash(row)
    row.lot = ""
    assert plain != named
    assert "lot" not in row_content(row)
    db.session.expire(row)
