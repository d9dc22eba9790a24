"""Shipments: what may go, and each move with its event, its state, its person, its second click."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.core.errors import AlreadyDone, BadInput, NotAllowed, NotFound, WrongState
from app.core.ids import new_id
from app.fulfilment import invariants, queries, services, verbs
from app.fulfilment.models import Shipment, ShipmentLine
from tests.fulfilment.conftest import all_good, last, names
from tests.order_rows import placed_order


def test_a_shipment_takes_all_that_is_good_to_where_the_order_goes(session, people):
    order = placed_order([10, 4])
    good = {order.lines[0].id: 8, order.lines[1].id: 0}
    shipment = services.create_shipment(order.id, good_by_line=good, actor=people.warehouse)
    assert {line.line_id: line.quantity for line in shipment.lines} == {order.lines[0].id: 8}
    assert shipment.address.name == "Juno Marrowby"
    assert shipment.ref.startswith("S-") and shipment.state == "pending"
    event = last(shipment, "shipment.created")
    assert event.data["lines"] == {str(order.lines[0].id): 8}
    assert event.after["number"] == shipment.ref


def test_no_piece_is_shipped_twice(session, people):
    order = placed_order([10])
    line = order.lines[0].id
    part = {"good_by_line": {line: 6}, "actor": people.warehouse}
    services.create_shipment(order.id, {line: 4}, **part)
    with pytest.raises(BadInput, match="Only 2 "):
        services.create_shipment(order.id, {line: 3}, **part)
    services.create_shipment(order.id, {line: 2}, **part)
    with pytest.raises(BadInput, match="Nothing is ready"):
        services.create_shipment(order.id, **part)
    assert queries.pieces_by_line(order.id) == {line: 6}
    made = session.scalars(select(Shipment).where(Shipment.order_id == order.id)).all()
    assert [len(one.lines) for one in made] == [1, 1]


@pytest.mark.parametrize("count", [-1, 11, True, "3", 2.0])
def test_an_impossible_count_is_refused(session, people, count):
    order = placed_order([10])
    with pytest.raises(BadInput):
        services.create_shipment(
            order.id,
            {order.lines[0].id: count},
            good_by_line=all_good(order),
            actor=people.warehouse,
        )
    assert queries.pieces_by_line(order.id) == {}


def test_lines_of_another_order_do_not_come_along(session, people):
    order, other = placed_order([10]), placed_order([10])
    with pytest.raises(BadInput, match="belong to"):
        services.create_shipment(
            order.id,
            {other.lines[0].id: 1},
            good_by_line=all_good(order) | all_good(other),
            actor=people.warehouse,
        )


def test_what_is_not_placed_or_on_hold_stays(session, people):
    for order in (placed_order([5], state="quoted"), placed_order([5], hold_reason="Unpaid")):
        with pytest.raises(WrongState):
            services.create_shipment(order.id, good_by_line=all_good(order), actor=people.warehouse)


def test_operators_make_no_shipments(session, people):
    order = placed_order([5])
    with pytest.raises(NotAllowed):
        services.create_shipment(order.id, good_by_line=all_good(order), actor=people.operator)


MOVES = [
    ("pending", "picking", "shipment.picking", lambda s, a: verbs.start_picking(s, actor=a)),
    ("picking", "packed", "shipment.packed", lambda s, a: verbs.pack(s, 640, actor=a)),
    ("labelled", "shipped", "shipment.shipped", lambda s, a: verbs.mark_shipped(s, actor=a)),
    (
        "shipped",
        "delivered",
        "shipment.delivered",
        lambda s, a: verbs.mark_delivered(s, actor=a),
    ),
    (
        "shipped",
        "exception",
        "shipment.exception",
        lambda s, a: verbs.report_problem(s, "Lost at the depot", actor=a),
    ),
    (
        "shipped",
        "returned",
        "shipment.returned",
        lambda s, a: verbs.mark_returned(s, "Refused at the door", actor=a),
    ),
    (
        "packed",
        "ready_for_pickup",
        "shipment.ready_for_pickup",
        lambda s, a: verbs.mark_ready_for_pickup(s, actor=a),
    ),
    (
        "ready_for_pickup",
        "collected",
        "shipment.collected",
        lambda s, a: verbs.mark_collected(s, actor=a, collected_by="J. Marrowby"),
    ),
]


@pytest.mark.parametrize(("before", "after", "event", "verb"), MOVES)
def test_each_move_has_its_effect_event_person_state_and_second_click(
    shipment_in, people, before, after, event, verb
):
    pickup = "ready_for_pickup" in (before, after)
    method = "pickup" if pickup else "carrier"
    shipment = shipment_in(before, method=method)
    with pytest.raises(NotAllowed):
        verb(shipment.id, people.operator)
    assert shipment.state == before
    verb(shipment.id, people.warehouse)
    assert shipment.state == after
    assert names(shipment)[-1] == event
    row = last(shipment, event)
    assert (row.before, row.after) == ({"state": before}, {"state": after})
    assert row.actor_label == people.warehouse.label
    with pytest.raises(AlreadyDone):
        verb(shipment.id, people.warehouse)
    assert names(shipment).count(event) == 1
    wrong_state = "packed" if before == "pending" else "pending"
    wrong = shipment_in(wrong_state, method=method)
    with pytest.raises(WrongState):
        verb(wrong.id, people.warehouse)
    assert wrong.state == wrong_state
    with pytest.raises(NotFound):
        verb(new_id(), people.warehouse)


def test_a_late_parcel_can_still_arrive(shipment_in, people):
    shipment = shipment_in("shipped")
    verbs.report_problem(shipment.id, "Three days late", actor=people.sales)
    verbs.mark_delivered(shipment.id, actor=people.sales)
    assert shipment.state == "delivered" and shipment.arrived_at is not None
    assert last(shipment, "shipment.exception").data["problem"] == "Three days late"


def test_a_problem_has_words(shipment_in, people):
    shipment = shipment_in("shipped")
    with pytest.raises(BadInput):
        verbs.report_problem(shipment.id, "  ", actor=people.warehouse)
    assert shipment.state == "shipped"


@pytest.mark.parametrize("weight", [0, -5, 1_000_001, True, 2.5])
def test_a_parcel_weighs_something(shipment_in, people, weight):
    shipment = shipment_in("picking")
    with pytest.raises(BadInput):
        verbs.pack(shipment.id, weight, actor=people.warehouse)
    assert shipment.state == "picking" and shipment.parcels == []


def test_the_parcel_keeps_weight_and_size(shipment_in, people):
    shipment = shipment_in("picking")
    verbs.pack(shipment.id, 640, length_mm=300, width_mm=220, height_mm=60, actor=people.warehouse)
    parcel = shipment.parcels[0]
    assert (shipment.weight_g, parcel.weight_g) == (640, 640)
    assert (parcel.length_mm, parcel.width_mm, parcel.height_mm) == (300, 220, 60)


def test_what_goes_by_carrier_is_not_laid_out_for_pickup(shipment_in, people):
    with pytest.raises(WrongState, match="ships by carrier"):
        verbs.mark_ready_for_pickup(shipment_in("packed").id, actor=people.warehouse)


def test_what_came_back_may_go_out_again(shipment_in, people):
    shipment = shipment_in("shipped")
    line = shipment.lines[0].line_id
    assert queries.gone_by_line(shipment.order_id) == {line: 10}
    verbs.mark_returned(shipment.id, "Nobody there", actor=people.warehouse)
    assert queries.gone_by_line(shipment.order_id) == {}
    again = services.create_shipment(
        shipment.order_id, good_by_line={line: 10}, actor=people.warehouse
    )
    assert again.lines[0].quantity == 10


def test_a_shipment_is_found_by_its_numbers(shipment_in):
    shipment = shipment_in("labelled")
    for code in (shipment.ref, shipment.ref.lower(), str(shipment.number)):
        assert queries.find_shipment(code) is shipment
    assert queries.find_shipment(shipment.tracking_number.lower()) is shipment
    for wrong in ("", "S-", "S-999999999999999999", "x'"):
        with pytest.raises(NotFound):
            queries.find_shipment(wrong)


def test_the_invariants_name_the_row_that_breaks_them(session, shipment_in):
    shipment = shipment_in("labelled")
    asks = (
        invariants.no_more_than_ordered,
        invariants.lines_of_one_order,
        invariants.one_label_each,
    )
    assert [list(ask()) for ask in asks] == [[], [], []]
    line = shipment.lines[0].line_id
    good = f"SELECT CAST('{line}' AS uuid) AS line_id, {{}} AS good"
    assert list(invariants.more_than_good(good.format(10))) == []
    assert "9 are good" in next(invariants.more_than_good(good.format(9)))
    other = placed_order([1]).lines[0].id
    session.add(ShipmentLine(shipment_id=shipment.id, line_id=other, quantity=2))
    shipment.tracking_number = "ANOTHER"
    session.flush()
    assert all(next(ask()) for ask in asks)
