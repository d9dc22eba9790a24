"""Two orders want the last of an item at the same moment, on real connections."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from app.core.actor import system
from app.core.db import db
from app.stock import services as stock
from app.stock.invariants import reserved_is_the_sum_of_open_reservations
from app.stock.models import Reservation, StockLevel
from app.stock.services import claims
from tests.stock.conftest import make_item

AT_ONCE = 6


@pytest.fixture
def shop(committed):
    """100 sheets of R-1, committed."""
    with committed.app.app_context():
        make_item("R-1", 100)
        make_item("R-2", 100)
        db.session.commit()
    return committed


def at_once(shop, do: Callable[[int], None], how_many: int = AT_ONCE) -> list[str]:
    """Run `do` in threads that start together; return "done" or the error's class for each."""
    start = threading.Barrier(how_many, timeout=30)
    outcomes: list[str] = []

    def run(number: int) -> None:
        with shop.app.app_context():
            start.wait()
            try:
                do(number)
                db.session.commit()
                outcomes.append("done")
            except Exception as error:
                db.session.rollback()
                outcomes.append(type(error).__name__)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(how_many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(outcomes)


def numbers(shop) -> tuple[int, int, int]:
    """On hand, reserved, and what all claims hold together."""
    with shop.engine.connect() as connection:
        level = connection.execute(
            sa.text(
                "SELECT on_hand, reserved FROM stock_levels JOIN stock_items i ON i.id = item_id "
                "WHERE i.sku = 'R-1'"
            )
        ).one()
        held = connection.scalar(sa.select(sa.func.sum(Reservation.quantity)))
    return int(level.on_hand), int(level.reserved), int(held or 0)


def reserve_30(number: int) -> None:
    stock.reserve({uuid.uuid4(): {"R-1": 30}}, stream_id=uuid.uuid4(), actor=system())


def test_of_six_orders_that_want_thirty_of_a_hundred_three_get_it(shop) -> None:
    assert at_once(shop, reserve_30) == ["Short"] * 3 + ["done"] * 3
    assert numbers(shop) == (100, 90, 90)


def test_control_without_the_lock_two_orders_are_promised_the_same_sheets(
    shop, monkeypatch
) -> None:
    both_read = threading.Barrier(2, timeout=30)

    def unlocked(model, ids):
        rows = list(
            db.session.scalars(sa.select(model).where(sa.inspect(model).primary_key[0].in_(ids)))
        )
        if model is StockLevel:
            both_read.wait()
        return rows

    monkeypatch.setattr(claims, "locked_all", unlocked)

    def reserve_60(number: int) -> None:
        stock.reserve({uuid.uuid4(): {"R-1": 60}}, stream_id=uuid.uuid4(), actor=system())

    assert at_once(shop, reserve_60, 2) == ["done", "done"]
    assert numbers(shop) == (100, 60, 120)
    with shop.app.app_context():
        assert list(reserved_is_the_sum_of_open_reservations()) == [
            "R-1: 60 reserved, but open claims hold 120."
        ]


def test_even_code_without_a_lock_can_not_make_available_stock_negative(shop) -> None:
    both_read = threading.Barrier(2, timeout=30)

    def take_60(number: int) -> None:
        level = db.session.scalars(sa.select(StockLevel)).first()
        assert level.available >= 60
        both_read.wait()
        db.session.execute(
            sa.update(StockLevel)
            .where(StockLevel.item_id == level.item_id)
            .values(reserved=StockLevel.reserved + 60)
        )

    assert at_once(shop, take_60, 2) == ["IntegrityError", "done"]


def test_orders_that_want_the_same_items_in_another_order_never_deadlock(shop) -> None:
    def reserve_both(number: int) -> None:
        skus = ["R-1", "R-2"] if number % 2 else ["R-2", "R-1"]
        lines = {uuid.uuid4(): {sku: 10} for sku in skus}
        stock.reserve(lines, stream_id=uuid.uuid4(), actor=system())

    assert at_once(shop, reserve_both) == ["done"] * AT_ONCE


def test_the_same_line_reserved_by_two_workers_is_reserved_once(shop) -> None:
    claim, order = uuid.uuid4(), uuid.uuid4()

    def reserve_it(number: int) -> None:
        stock.reserve({claim: {"R-1": 30}}, stream_id=order, actor=system())

    assert at_once(shop, reserve_it) == ["done"] * AT_ONCE
    assert numbers(shop) == (100, 30, 30)


def test_the_same_work_reported_by_two_workers_uses_material_once(shop) -> None:
    claim, order = uuid.uuid4(), uuid.uuid4()
    with shop.app.app_context():
        stock.reserve({claim: {"R-1": 30}}, stream_id=order, actor=system())
        db.session.commit()

    def use(number: int) -> None:
        stock.consume(claim, {"R-1": 30}, stream_id=order, actor=system(), once_key="work")

    assert at_once(shop, use) == ["AlreadyDone"] * (AT_ONCE - 1) + ["done"]
    assert numbers(shop)[:2] == (70, 0)


def test_a_line_released_and_used_at_the_same_time_ends_consistent(shop) -> None:
    claim, order = uuid.uuid4(), uuid.uuid4()
    with shop.app.app_context():
        stock.reserve({claim: {"R-1": 30}}, stream_id=order, actor=system())
        db.session.commit()

    def either(number: int) -> None:
        if number:
            stock.release(claim, actor=system())
        else:
            stock.consume(claim, {"R-1": 30}, stream_id=order, actor=system())

    assert at_once(shop, either, 2) == ["done", "done"]
    assert numbers(shop)[:2] == (70, 0)
