from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.catalog.presets import NAMES, read
from app.core.actor import Actor, system
from app.core.errors import AlreadyDone, BadInput, NotAllowed, NotFound
from app.core.events import Event, timeline
from app.stock import services as stock
from app.stock import verbs as stock_verbs
from app.stock.errors import Short
from app.stock.models import StockLevel, StockMovement
from tests.stock.conftest import VIEWER, WAREHOUSE, three


def test_receiving_raises_what_is_on_hand_and_says_from_where(paper) -> None:
    movement = stock_verbs.receive(paper.id, "1,000.5", note="Pallet 7", actor=WAREHOUSE)
    assert three(paper) == (Decimal("1100.5"), 0, Decimal("1100.5"))
    assert (movement.origin.kind, movement.target.key) == ("supplier", "shelf")
    event = timeline(paper.id)[0]
    assert event.name == "stock.moved"
    assert event.before == {"on_hand": "100"}
    assert event.after == {"on_hand": "1100.5"}
    assert event.data["movement_id"] == str(movement.id)
    assert (event.actor_label, event.door) == ("Warehouse", "backoffice")


def test_the_same_delivery_twice_is_taken_in_once(paper) -> None:
    stock_verbs.receive(paper.id, 5, once_key="delivery-1", actor=WAREHOUSE)
    with pytest.raises(AlreadyDone):
        stock_verbs.receive(paper.id, 5, once_key="delivery-1", actor=WAREHOUSE)
    assert three(paper)[0] == 105


@pytest.mark.parametrize("value", [0, -1, "0.0001", "many", "NaN", "Infinity", 10**10, ""])
def test_an_amount_that_makes_no_sense_is_refused(paper, value) -> None:
    with pytest.raises(BadInput) as caught:
        stock_verbs.receive(paper.id, value, actor=WAREHOUSE)
    assert caught.value.field == "quantity"
    assert three(paper)[0] == 100


def test_receiving_what_does_not_exist_is_refused(session) -> None:
    with pytest.raises(NotFound):
        stock_verbs.receive(uuid.uuid4(), 1, actor=WAREHOUSE)


def test_a_count_moves_the_difference(paper) -> None:
    lost = stock_verbs.count(paper.id, 93, actor=WAREHOUSE)
    assert (lost.quantity, lost.target.kind) == (7, "adjustment")
    found = stock_verbs.count(paper.id, 95, actor=WAREHOUSE)
    assert (found.quantity, found.origin.kind) == (2, "adjustment")
    assert three(paper)[0] == 95
    events = len(timeline(paper.id))
    assert stock_verbs.count(paper.id, 95, actor=WAREHOUSE) is None
    assert len(timeline(paper.id)) == events


def test_a_count_below_what_is_reserved_asks_to_release_first(paper) -> None:
    stock.reserve({uuid.uuid4(): {"P-1": 40}}, stream_id=uuid.uuid4(), actor=system())
    with pytest.raises(BadInput, match=r"40 sheet are reserved, so the count can't be 39"):
        stock_verbs.count(paper.id, 39, actor=WAREHOUSE)
    stock_verbs.count(paper.id, 40, actor=WAREHOUSE)
    assert three(paper) == (40, 40, 0)


def test_every_kind_of_movement_has_an_exact_inverse(paper) -> None:
    claim, order = uuid.uuid4(), uuid.uuid4()
    stock.reserve({claim: {"P-1": 30}}, stream_id=order, actor=system())
    before = three(paper)
    made = [
        stock_verbs.receive(paper.id, 12, actor=WAREHOUSE),
        stock_verbs.count(paper.id, 90, actor=WAREHOUSE),
        *stock.consume(claim, {"P-1": 35}, stream_id=order, actor=system()),
    ]
    assert [movement.reason for movement in made] == ["receipt", "count", "consumption", "extra"]
    for movement in reversed(made):
        inverse = stock_verbs.undo(movement.id, actor=WAREHOUSE)
        assert (inverse.origin, inverse.target) == (movement.target, movement.origin)
        assert (inverse.reason, inverse.stream_id) == ("reversal", movement.stream_id)
    assert three(paper) == before
    assert [row.consumed for row in stock.open_claims(claim)] == [0]


def test_a_reversal_can_itself_be_undone(paper) -> None:
    movement = stock_verbs.receive(paper.id, 12, actor=WAREHOUSE)
    inverse = stock_verbs.undo(movement.id, actor=WAREHOUSE)
    stock_verbs.undo(inverse.id, actor=WAREHOUSE)
    assert three(paper)[0] == 112


def test_a_movement_is_undone_once(paper) -> None:
    movement = stock_verbs.receive(paper.id, 12, actor=WAREHOUSE)
    stock_verbs.undo(movement.id, actor=WAREHOUSE)
    with pytest.raises(AlreadyDone):
        stock_verbs.undo(movement.id, actor=WAREHOUSE)
    assert three(paper)[0] == 100


def test_what_is_reserved_by_now_can_not_be_taken_back_to_the_supplier(paper) -> None:
    movement = stock_verbs.receive(paper.id, 50, actor=WAREHOUSE)
    stock.reserve({uuid.uuid4(): {"P-1": 120}}, stream_id=uuid.uuid4(), actor=system())
    with pytest.raises(Short, match="50 sheet needed, 30 available"):
        stock_verbs.undo(movement.id, actor=WAREHOUSE)
    assert three(paper) == (150, 120, 30)


def test_undoing_the_use_of_a_released_claim_gives_back_free_stock(paper) -> None:
    claim, order = uuid.uuid4(), uuid.uuid4()
    stock.reserve({claim: {"P-1": 30}}, stream_id=order, actor=system())
    [movement] = stock.consume(claim, {"P-1": 10}, stream_id=order, actor=system())
    stock.release(claim, actor=system())
    stock_verbs.undo(movement.id, actor=WAREHOUSE)
    assert three(paper) == (100, 0, 100)


@pytest.mark.parametrize("actor", [VIEWER, Actor("customer", None, "Somebody", "portal")])
def test_only_who_may_move_stock_moves_it(session, paper, actor) -> None:
    movement = stock_verbs.receive(paper.id, 1, actor=WAREHOUSE)
    count = session.scalar(sa.select(sa.func.count(Event.id)))
    claim, order = uuid.uuid4(), uuid.uuid4()
    for verb in (
        lambda: stock_verbs.receive(paper.id, 1, actor=actor),
        lambda: stock_verbs.count(paper.id, 1, actor=actor),
        lambda: stock_verbs.undo(movement.id, actor=actor),
        lambda: stock_verbs.create_item(None, "N", "N", "g", home=paper.home, actor=actor),
        lambda: stock.create_location("n", "N", "internal", actor=actor),
        lambda: stock.reserve({claim: {"P-1": 1}}, stream_id=order, actor=actor),
        lambda: stock.release(claim, actor=actor),
        lambda: stock.consume(claim, {"P-1": 1}, stream_id=order, actor=actor),
    ):
        with pytest.raises(NotAllowed):
            verb()
    assert session.scalar(sa.select(sa.func.count(Event.id))) == count
    assert three(paper) == (101, 0, 101)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"on_hand": -1, "reserved": -2}, "ck_stock_levels_(on_hand|reserved)"),
        ({"reserved": -1}, "ck_stock_levels_reserved"),
        ({"reserved": 101}, "ck_stock_levels_available"),
    ],
)
def test_the_database_refuses_levels_that_can_not_be(session, paper, change, constraint) -> None:
    with pytest.raises(IntegrityError, match=constraint), session.begin_nested():
        session.execute(
            sa.update(StockLevel).where(StockLevel.item_id == paper.id).values(**change)
        )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE stock_movements SET quantity = 1",
        "DELETE FROM stock_movements",
        "TRUNCATE stock_movements",
    ],
)
def test_the_database_lets_nobody_change_or_remove_a_movement(session, paper, statement) -> None:
    with pytest.raises(DBAPIError, match=r"permission denied|written once"), session.begin_nested():
        session.execute(sa.text(statement))


def test_the_database_refuses_a_movement_with_one_end_or_no_amount(session, paper) -> None:
    home = paper.home_location_id
    other = stock.standard_location("production").id
    for change, says in (
        ({"to_location_id": home}, "two_ends"),
        ({"quantity": 0}, "quantity"),
        ({"reason": "reversal"}, "reversal"),
        ({"reason": "magic"}, "reason"),
    ):
        values = {
            "id": uuid.uuid4(),
            "item_id": paper.id,
            "from_location_id": home,
            "to_location_id": other,
            "quantity": 1,
            "reason": "count",
        } | change
        with pytest.raises(IntegrityError, match=says), session.begin_nested():
            session.execute(sa.insert(StockMovement).values(**values))


def test_an_item_lies_in_the_house_and_has_a_sku_of_its_own(session, paper) -> None:
    with pytest.raises(BadInput, match="is taken"):
        stock_verbs.create_item(None, "P-1", "Again", "sheet", home=paper.home, actor=WAREHOUSE)
    away = stock.standard_location("supplier")
    with pytest.raises(BadInput, match="is not a stock location"):
        stock_verbs.create_item(None, "X", "X", "g", home=away, actor=WAREHOUSE)


@pytest.mark.parametrize("name", NAMES)
def test_a_presets_stock_is_opened_once(session, name) -> None:
    section = read(name).stock
    made = stock.load_preset(section, actor=system())
    assert {item.sku for item in made} == {item.sku for item in section.items}
    for entry in section.items:
        assert three(stock.find_item(entry.sku))[0] == entry.opening
    count = session.scalar(sa.select(sa.func.count(Event.id)))
    assert stock.load_preset(section, actor=system()) == []
    assert session.scalar(sa.select(sa.func.count(Event.id))) == count


def test_all_three_presets_can_be_loaded_into_one_shop(session) -> None:
    for name in NAMES:
        stock.load_preset(read(name).stock, actor=system())
    assert stock.find_item("PAPER-SMOOTH-300") and stock.find_item("CAST-AG-925")


def test_on_hand_is_told_for_the_end_of_each_day(session, paper) -> None:
    today = datetime.now(UTC).date()
    before = stock.on_hand_per_day(paper.id, today, zone="UTC", days=3)
    stock_verbs.receive(paper.id, 20, actor=system())
    stock.reserve({uuid.UUID(int=9): {"P-1": 30}}, stream_id=uuid.uuid4(), actor=system())
    stock.consume(uuid.UUID(int=9), {"P-1": 10}, stream_id=uuid.uuid4(), actor=system())
    now = stock.on_hand_per_day(paper.id, today, zone="UTC", days=3)
    assert [day for day, _ in now] == [today - timedelta(days=n) for n in (2, 1, 0)]
    assert now[2][1] == before[2][1] + 10 == three(paper)[0]
    assert [left for _, left in now[:2]] == [0, 0]
    yesterday = stock.on_hand_per_day(paper.id, today - timedelta(days=1), zone="UTC", days=1)
    assert yesterday == ((today - timedelta(days=1), 0),)
