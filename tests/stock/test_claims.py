from __future__ import annotations

import uuid
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.core.actor import system
from app.core.errors import AlreadyDone, BadInput, NotFound
from app.core.events import timeline
from app.stock import services as stock
from app.stock import verbs as stock_verbs
from app.stock.errors import Short
from app.stock.models import Reservation
from tests.stock.conftest import three

ORDER = uuid.UUID(int=500)
LINE, OTHER = uuid.UUID(int=501), uuid.UUID(int=502)


def reserve(**claims):
    """reserve(line={...}, other={...})"""
    ids = {"line": LINE, "other": OTHER}
    return stock.reserve(
        {ids[key]: value for key, value in claims.items()}, stream_id=ORDER, actor=system()
    )


def names() -> list[str]:
    return [event.name for event in timeline(ORDER)]


def test_reserving_sets_aside_without_moving(paper, foil) -> None:
    rows = reserve(line={"P-1": 34, "F-1": "0.5"})
    assert three(paper) == (100, 34, 66)
    assert three(foil) == (10, Decimal("0.5"), Decimal("9.5"))
    assert {(row.item.sku, row.quantity) for row in rows} == {("P-1", 34), ("F-1", Decimal("0.5"))}
    [event] = timeline(ORDER)
    assert (event.name, event.subject_kind) == ("stock.reserved", "reservations")
    assert event.data == {
        "claim_id": str(LINE),
        "items": {"P-1": "34", "F-1": "0.5"},
    }


def test_the_demand_of_all_lines_is_summed_before_it_is_checked(paper, foil) -> None:
    with pytest.raises(Short) as caught:
        reserve(line={"P-1": 60, "F-1": 1}, other={"P-1": 41})
    [lack] = caught.value.lacks
    assert (lack.item.sku, lack.needed, lack.available) == ("P-1", 101, 100)
    assert "Paper P-1: 101 sheet needed, 100 available." in caught.value.sentence


def test_it_is_all_or_nothing(session, paper, foil) -> None:
    with pytest.raises(Short):
        reserve(line={"P-1": 10, "F-1": 11})
    assert three(paper) == (100, 0, 100)
    assert three(foil) == (10, 0, 10)
    assert session.scalar(sa.select(sa.func.count(Reservation.id))) == 0


def test_what_lacks_is_kept_as_an_event_on_the_order(paper, foil) -> None:
    with pytest.raises(Short):
        reserve(line={"P-1": 101, "F-1": 11})
    [event] = timeline(ORDER)
    assert event.name == "stock.short"
    assert [lack["sku"] for lack in event.data["lacks"]] == ["F-1", "P-1"]
    assert event.data["claims"] == [str(LINE)]


def test_what_lacks_is_said_once_however_often_it_is_tried(paper, foil) -> None:
    for _ in range(3):
        with pytest.raises(Short):
            reserve(line={"P-1": 120})
        stock_verbs.receive(paper.id, 1, actor=system())
    assert names() == ["stock.short"]
    with pytest.raises(Short):
        reserve(line={"P-1": 121})
    stock_verbs.receive(paper.id, 100, actor=system())
    reserve(line={"P-1": 120})
    stock.release(LINE, actor=system())
    stock_verbs.count(paper.id, 5, actor=system())
    with pytest.raises(Short):
        reserve(line={"P-1": 120})
    assert [name for name in reversed(names()) if name != "stock.moved"] == [
        "stock.short",
        "stock.short",
        "stock.reserved",
        "stock.released",
        "stock.short",
    ]


def test_two_lines_of_one_order_have_a_reservation_each(paper) -> None:
    reserve(line={"P-1": 40}, other={"P-1": 60})
    assert three(paper) == (100, 100, 0)
    assert names() == ["stock.reserved", "stock.reserved"]


def test_reserving_the_same_again_changes_nothing(paper) -> None:
    first = reserve(line={"P-1": 80})
    again = reserve(line={"P-1": 80})
    assert [row.id for row in first] == [row.id for row in again]
    assert three(paper) == (100, 80, 20)
    assert names() == ["stock.reserved"]


def test_a_line_that_holds_another_amount_must_release_first(paper) -> None:
    reserve(line={"P-1": 80})
    with pytest.raises(AlreadyDone, match="Release the reservation first"):
        reserve(line={"P-1": 81})
    assert three(paper) == (100, 80, 20)


def test_a_released_line_can_reserve_again(paper) -> None:
    reserve(line={"P-1": 80})
    stock.consume(LINE, {"P-1": 30}, stream_id=ORDER, actor=system())
    stock.release(LINE, actor=system())
    [row] = reserve(line={"P-1": 20})
    assert (row.quantity, row.consumed, row.held) == (50, 30, 20)
    assert three(paper) == (70, 20, 50)


def test_the_database_allows_one_reservation_for_a_line_and_item(session, paper) -> None:
    reserve(line={"P-1": 1})
    row = {
        "id": uuid.uuid4(),
        "item_id": paper.id,
        "location_id": paper.home_location_id,
        "claim_id": LINE,
        "stream_id": ORDER,
        "quantity": 1,
        "consumed": 0,
    }
    with pytest.raises(IntegrityError, match="uq_reservations"), session.begin_nested():
        session.execute(sa.insert(Reservation).values(**row))


def test_releasing_gives_everything_back_once(paper, foil) -> None:
    reserve(line={"P-1": 34, "F-1": 2}, other={"P-1": 5})
    assert len(stock.release(LINE, actor=system())) == 2
    assert three(paper) == (100, 5, 95)
    assert three(foil) == (10, 0, 10)
    assert stock.release(LINE, actor=system()) == []
    assert names().count("stock.released") == 1
    assert timeline(ORDER)[0].data["items"] == {"P-1": "34", "F-1": "2"}
    assert stock.open_claims(LINE) == []


def test_releasing_a_line_that_never_reserved_does_nothing(session) -> None:
    assert stock.release(uuid.uuid4(), actor=system()) == []


def test_using_up_moves_to_production_and_lowers_the_reservation(paper) -> None:
    reserve(line={"P-1": 34})
    [movement] = stock.consume(LINE, {"P-1": 20}, stream_id=ORDER, actor=system())
    assert three(paper) == (80, 14, 66)
    assert (movement.target.kind, movement.reason) == ("production", "consumption")
    assert movement.stream_id == ORDER
    assert names()[0] == "stock.moved"


def test_what_is_used_beyond_the_reservation_comes_from_what_is_free(paper) -> None:
    reserve(line={"P-1": 34})
    made = stock.consume(LINE, {"P-1": 40}, stream_id=ORDER, actor=system())
    assert [(m.reason, m.quantity) for m in made] == [("consumption", 34), ("extra", 6)]
    assert three(paper) == (60, 0, 60)


def test_the_extra_never_comes_from_what_others_reserved(paper, foil) -> None:
    reserve(line={"P-1": 34, "F-1": 1}, other={"P-1": 60})
    with pytest.raises(Short, match="7 sheet needed, 6 available"):
        stock.consume(LINE, {"F-1": 1, "P-1": 41}, stream_id=ORDER, actor=system())
    assert three(paper) == (100, 94, 6)
    assert three(foil) == (10, 1, 9)


def test_the_same_work_uses_material_once(paper) -> None:
    reserve(line={"P-1": 34})
    stock.consume(LINE, {"P-1": 34}, stream_id=ORDER, actor=system(), once_key="operation-1")
    with pytest.raises(AlreadyDone):
        stock.consume(LINE, {"P-1": 34}, stream_id=ORDER, actor=system(), once_key="operation-1")
    assert three(paper) == (66, 0, 66)


@pytest.mark.parametrize("amount", [0, -1, "x"])
def test_amounts_that_make_no_sense_are_refused(paper, amount) -> None:
    with pytest.raises(BadInput):
        reserve(line={"P-1": amount})
    with pytest.raises(BadInput):
        stock.consume(LINE, {"P-1": amount}, stream_id=ORDER, actor=system())


def test_an_item_that_does_not_exist_is_named(paper) -> None:
    with pytest.raises(NotFound, match="no stock item NOPE"):
        reserve(line={"P-1": 1, "NOPE": 1})
    assert three(paper) == (100, 0, 100)
