"""One shipment's page: the one next thing to do, and what is said where it can't be done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from app import declarations
from app.catalog.demand import parcel_weight_g
from app.core.actor import system
from app.core.db import db
from app.core.events import Event
from app.core.outbound.intent import OutboundIntent, newest
from app.core.postal_address import PostalAddress
from app.core.verbs import verbs_of
from app.fulfilment import services
from app.fulfilment.models import Shipment
from app.orders.models import Order
from tests.backoffice.conftest import Page, Person, refusals
from tests.order_rows import SHIP_TO, placed_order

declarations.load(declarations.VERBS)
VERBS = {verb.key for verb in verbs_of("shipment", "staff")}
TRACKING = "MR100000017XX"


@pytest.fixture
def shipment_in(session: Any) -> Callable[..., Shipment]:
    """Make a shipment that stands in a state; its label, where it has one, is made up."""

    def make(state: str = "pending", *, method: str = "carrier", **order: Any) -> Shipment:
        placed = placed_order(order.pop("quantities", (10, 4)), **order)
        goods = {line.id: line.quantity for line in placed.lines}
        shipment = services.create_shipment(
            placed.id, good_by_line=goods, actor=system(), method=method
        )
        shipment.state = state
        if state not in ("pending", "picking"):
            shipment.weight_g = 640
        if state in ("labelled", "shipped", "exception"):
            shipment.tracking_number, shipment.label_key = TRACKING, "papers/label.pdf"
        db.session.flush()
        return shipment

    return make


def page_of(person: Person, shipment: Shipment) -> Page:
    return person.get(f"/admin/shipment/{shipment.ref}")


def do(person: Person, shipment: Shipment, verb: str, **values: Any) -> Page:
    answer = person.press(page_of(person, shipment), verb, **values)
    db.session.expire_all()
    return answer


def count(name: str, shipment: Shipment) -> int:
    query = select(func.count()).where(Event.subject_id == shipment.id, Event.name == name)
    return db.session.scalar(query) or 0


@pytest.mark.parametrize(
    ("state", "method", "offered"),
    [
        ("pending", "carrier", {"start_picking"}),
        ("picking", "carrier", {"pack"}),
        ("packed", "carrier", {"buy_label"}),
        ("labelled", "carrier", {"mark_shipped"}),
        ("shipped", "carrier", {"mark_delivered", "report_problem", "mark_returned"}),
        ("exception", "carrier", {"mark_delivered", "mark_returned"}),
        ("delivered", "carrier", set()),
        ("packed", "pickup", {"mark_ready_for_pickup"}),
        ("ready_for_pickup", "pickup", {"mark_collected"}),
        ("collected", "pickup", set()),
    ],
)
def test_the_warehouse_is_offered_what_the_state_allows(
    somebody: Callable[..., Person],
    shipment_in: Callable[..., Shipment],
    state: str,
    method: str,
    offered: set[str],
) -> None:
    page = page_of(somebody("warehouse"), shipment_in(state, method=method))
    assert page.verbs & VERBS == offered
    assert len(page.all("main .btn-primary")) == (1 if offered else 0)


def test_a_planner_looks_and_presses_nothing(
    somebody: Callable[..., Person], shipment_in: Callable[..., Shipment]
) -> None:
    assert not page_of(somebody("planner"), shipment_in()).verbs & VERBS


def test_the_page_says_what_is_in_it_and_where_it_goes(
    somebody: Callable[..., Person], shipment_in: Callable[..., Shipment]
) -> None:
    page = page_of(somebody("warehouse"), shipment_in())
    assert "10 Invitation A6" in page.said("#contents li")
    assert "Cotton 350 g · Names: Ada & Grace <3" in page.said("#contents")
    assert "4 Example Lane" in page.said("address")
    assert page.said("address").endswith("United Kingdom")


@pytest.mark.parametrize(
    ("start", "verb", "values", "end", "event"),
    [
        ("pending", "start_picking", {}, "picking", "shipment.picking"),
        ("picking", "pack", {"weight_g": "640"}, "packed", "shipment.packed"),
        ("labelled", "mark_shipped", {}, "shipped", "shipment.shipped"),
        ("shipped", "mark_delivered", {}, "delivered", "shipment.delivered"),
        ("shipped", "report_problem", {"problem": "Lost"}, "exception", "shipment.exception"),
        ("shipped", "mark_returned", {"reason": "Moved away"}, "returned", "shipment.returned"),
    ],
)
def test_each_verb_moves_the_shipment_once(
    somebody: Callable[..., Person],
    shipment_in: Callable[..., Shipment],
    start: str,
    verb: str,
    values: dict[str, str],
    end: str,
    event: str,
) -> None:
    shipment, warehouse = shipment_in(start), somebody("warehouse")
    old = page_of(warehouse, shipment)
    assert warehouse.press(old, verb, **values).status == 303
    again = warehouse.press(old, verb, **values)
    db.session.expire_all()
    assert shipment.state == end
    assert count(event, shipment) == 1
    assert again.status in (303, 409)
    assert again.answer.location or again.said(".notice-bad")


def test_a_pickup_is_laid_out_and_collected(
    somebody: Callable[..., Person], shipment_in: Callable[..., Shipment]
) -> None:
    shipment, warehouse = shipment_in("packed", method="pickup"), somebody("warehouse")
    do(warehouse, shipment, "mark_ready_for_pickup")
    do(warehouse, shipment, "mark_collected", collected_by="A neighbour")
    assert shipment.state == "collected"
    query = select(Event).where(Event.subject_id == shipment.id, Event.name == "shipment.collected")
    assert db.session.scalars(query).one().data["collected_by"] == "A neighbour"


def test_the_packing_form_says_what_the_parcel_should_weigh(
    somebody: Callable[..., Person], shipment_in: Callable[..., Shipment]
) -> None:
    shipment = shipment_in("picking")
    lines = db.session.get_one(Order, shipment.order_id).lines
    expected = sum(parcel_weight_g(line.specification, {}, line.quantity) for line in lines)
    page = page_of(somebody("warehouse"), shipment)
    assert f"about {expected} g by its products" in page.words


def test_the_parcel_keeps_its_weight_and_size(
    somebody: Callable[..., Person], shipment_in: Callable[..., Shipment]
) -> None:
    shipment = shipment_in("picking")
    size = {"length_mm": "220", "width_mm": "160", "height_mm": "40"}
    do(somebody("warehouse"), shipment, "pack", weight_g="640", **size)
    parcel = shipment.parcels[0]
    assert (parcel.weight_g, parcel.length_mm, parcel.height_mm) == (640, 220, 40)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"weight_g": ""}, "Enter a whole number."),
        ({"weight_g": "0"}, "whole grams"),
        ({"weight_g": "640", "length_mm": "220"}, "length, width and height"),
    ],
)
def test_a_weight_that_cannot_be_is_said_beside_the_field(
    somebody: Callable[..., Person],
    shipment_in: Callable[..., Shipment],
    values: dict[str, str],
    sentence: str,
) -> None:
    shipment = shipment_in("picking")
    answer = do(somebody("warehouse"), shipment, "pack", **values)
    assert answer.status == 422
    assert sentence in answer.said(".pack-form .error")
    assert shipment.state == "picking"


def test_while_a_label_is_bought_the_page_says_so_and_offers_no_second_one(
    somebody: Callable[..., Person], shipment_in: Callable[..., Shipment]
) -> None:
    shipment, warehouse = shipment_in("packed"), somebody("warehouse")
    old = page_of(warehouse, shipment)
    warehouse.press(old, "buy_label")
    page = page_of(warehouse, shipment)
    assert not page.verbs & VERBS
    assert "The label is being purchased." in page.said()
    again = warehouse.press(old, "buy_label")
    assert again.status == 303
    query = select(func.count()).where(OutboundIntent.subject_id == shipment.id)
    assert db.session.scalar(query) == 1


def test_the_tracking_number_and_the_label_are_there_once_it_is_bought(
    somebody: Callable[..., Person], shipment_in: Callable[..., Shipment]
) -> None:
    shipment, warehouse = shipment_in("labelled"), somebody("warehouse")
    page = page_of(warehouse, shipment)
    assert page.all("[data-tracking]")[0].get("data-tracking") == TRACKING
    assert warehouse.get(f"/admin/shipment/{shipment.ref}/label").status == 302
    assert warehouse.get(f"/admin/shipment/{shipment_in().ref}/label").status == 404


def test_a_label_that_may_have_been_sold_waits_for_a_person(
    somebody: Callable[..., Person], shipment_in: Callable[..., Shipment]
) -> None:
    shipment, warehouse = shipment_in("packed"), somebody("warehouse")
    do(warehouse, shipment, "buy_label")
    intent = newest(shipment.id, "carrier")
    assert intent is not None
    intent.state = "unknown"
    db.session.flush()
    assert page_of(warehouse, shipment).verbs & VERBS == {"mark_not_purchased"}
    do(warehouse, shipment, "mark_not_purchased", reason="They sold none")
    page = page_of(warehouse, shipment)
    assert page.verbs & VERBS == {"buy_label"}
    assert "They sold none" in page.said(".notice-bad")


def test_an_address_that_is_not_complete_is_said_before_the_label_is_asked_for(
    somebody: Callable[..., Person], shipment_in: Callable[..., Shipment]
) -> None:
    shipment = shipment_in("packed", ship_to=PostalAddress.of({**SHIP_TO, "city": ""}))
    warehouse = somebody("warehouse")
    page = page_of(warehouse, shipment)
    assert "The address is incomplete." in page.said()
    assert page.verbs & VERBS == set()
    assert "The address has no city." in page.said(".card .help")
    place = f"/admin/shipment/{shipment.ref}"
    answer = warehouse.send(f"{place}/buy_label", {"csrf_token": warehouse.token(place)})
    assert answer.status == 422
    assert "The address has no city." in answer.said(".notice-bad")


@pytest.mark.parametrize(
    ("start", "verb"),
    [
        ("shipped", "start_picking"),
        ("pending", "mark_shipped"),
        ("pending", "buy_label"),
        ("pending", "mark_delivered"),
    ],
)
def test_a_page_that_is_behind_says_so_in_a_sentence(
    somebody: Callable[..., Person], shipment_in: Callable[..., Shipment], start: str, verb: str
) -> None:
    shipment, warehouse = shipment_in(start), somebody("warehouse")
    place = f"/admin/shipment/{shipment.ref}"
    answer = warehouse.send(f"{place}/{verb}", {"csrf_token": warehouse.token(place)})
    assert answer.status == 409
    assert answer.said(".notice-bad")
    db.session.expire_all()
    assert shipment.state == start


@pytest.mark.parametrize(
    ("start", "verb"),
    [("pending", "start_picking"), ("packed", "buy_label"), ("labelled", "mark_shipped")],
)
def test_who_may_not_is_refused_and_it_is_written_down(
    somebody: Callable[..., Person], shipment_in: Callable[..., Shipment], start: str, verb: str
) -> None:
    shipment, planner = shipment_in(start), somebody("planner")
    path = f"/admin/shipment/{shipment.ref}/{verb}"
    answer = planner.send(path, {"csrf_token": planner.token("/admin/station/")})
    assert answer.status == 403
    assert [event.data["path"] for event in refusals(planner)] == [path]
    db.session.expire_all()
    assert shipment.state == start


def test_an_operator_sees_no_shipment(
    somebody: Callable[..., Person], shipment_in: Callable[..., Shipment]
) -> None:
    assert page_of(somebody("operator"), shipment_in()).status == 403


def test_a_form_without_its_token_is_refused(
    somebody: Callable[..., Person], shipment_in: Callable[..., Shipment]
) -> None:
    shipment = shipment_in()
    path = f"/admin/shipment/{shipment.ref}/start_picking"
    assert somebody("warehouse").send(path, {}).status == 400
    db.session.expire_all()
    assert shipment.state == "pending"


def test_the_page_asks_the_same_number_of_queries_however_many_lines(
    somebody: Callable[..., Person],
    shipment_in: Callable[..., Shipment],
    queries: Callable[[Callable[[], Any]], int],
) -> None:
    warehouse = somebody("warehouse")
    small, big = shipment_in(quantities=(1,)), shipment_in(quantities=(1,) * 9)
    paths = [f"/admin/shipment/{one.ref}" for one in (small, big)]
    for path in paths:  # revisions of products are kept once they were read
        warehouse.get(path)
    few = queries(lambda: warehouse.get(paths[0]))
    assert queries(lambda: warehouse.get(paths[1])) == few
