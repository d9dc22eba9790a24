"""Shipments go where their order goes, as long as no label was bought for another place."""

from __future__ import annotations

from typing import Any

import pytest

from app.core.errors import BadInput, Problem, WrongState
from app.core.postal_address import PostalAddress
from app.fulfilment import services, verbs
from app.orders.models import Order
from app.orders.verbs import set_delivery
from tests.fulfilment.conftest import all_good, get_label, last, names
from tests.order_rows import SHIP_TO, TO_GO_TO, placed_order, staff_actor

ELSEWHERE = PostalAddress.of({**SHIP_TO, "line_1": "9 New Street"})
SALES = staff_actor("sales")


def order_of(shipment: Any) -> Order:
    from app.core.db import get

    return get(Order, shipment.order_id)


def go(shipment: Any, method: str = "carrier", ship_to: Any = ELSEWHERE) -> None:
    """Set the order's delivery, and let its shipments follow as the reaction does."""
    set_delivery(shipment.order_id, method, ship_to, actor=SALES)
    services.follow_delivery(shipment.order_id, actor=SALES)


def test_no_carrier_takes_what_has_no_address(session: Any, people: Any) -> None:
    order = placed_order([10], ship_to=PostalAddress())
    with pytest.raises(BadInput, match=f"{order.ref} has no delivery address") as caught:
        services.create_shipment(order.id, good_by_line=all_good(order), actor=people.warehouse)
    assert "“Set delivery”" in str(caught.value)
    set_delivery(order.id, "carrier", TO_GO_TO, actor=SALES)
    made = services.create_shipment(order.id, good_by_line=all_good(order), actor=people.warehouse)
    assert made.address == TO_GO_TO


def test_a_label_without_an_address_is_refused_with_what_to_do(shipment_in: Any) -> None:
    shipment = shipment_in("packed")
    shipment.address = PostalAddress()
    with pytest.raises(BadInput, match="no delivery address") as caught:
        verbs.buy_label(shipment.id, actor=staff_actor("warehouse"))
    assert "“Set delivery”" in str(caught.value)


@pytest.mark.parametrize("state", ["pending", "picking", "packed"])
def test_an_open_shipment_follows_to_the_new_address(shipment_in: Any, state: str) -> None:
    shipment = shipment_in(state)
    go(shipment)
    assert (shipment.state, shipment.address) == (state, ELSEWHERE)
    services.follow_delivery(shipment.order_id, actor=SALES)  # a second time changes nothing
    assert names(shipment).count("shipment.delivery_changed") == 1


def test_a_shipment_becomes_a_pickup_and_back(shipment_in: Any, people: Any) -> None:
    shipment = shipment_in("packed")
    go(shipment, "pickup", None)
    assert (shipment.is_pickup, bool(shipment.address)) == (True, False)
    verbs.mark_ready_for_pickup(shipment.id, actor=people.warehouse)
    go(shipment)
    assert (shipment.state, shipment.method) == ("packed", "carrier")
    event = last(shipment, "shipment.delivery_changed")
    assert event.before == {"method": "pickup", "state": "ready_for_pickup"}
    get_label(shipment, people)
    assert shipment.state == "labelled"


def test_a_labelled_shipment_keeps_its_address_and_says_why(shipment_in: Any, people: Any) -> None:
    requested = shipment_in("packed")
    verbs.buy_label(requested.id, actor=people.warehouse)
    for shipment in (requested, shipment_in("labelled")):
        with pytest.raises(WrongState, match=f"{shipment.ref} already has its label"):
            go(shipment)
        order_of(shipment).ship_to = ELSEWHERE  # whatever came before
        services.follow_delivery(shipment.order_id, actor=SALES)
        assert shipment.address == TO_GO_TO


def test_the_rest_of_a_partly_shipped_order_may_go_elsewhere(session: Any, people: Any) -> None:
    order, warehouse = placed_order([10]), people.warehouse
    line = order.lines[0].id
    part = services.create_shipment(
        order.id, {line: 6}, good_by_line=all_good(order), actor=warehouse
    )
    verbs.start_picking(part.id, actor=warehouse)
    verbs.pack(part.id, 100, actor=warehouse)
    get_label(part, people)
    verbs.mark_shipped(part.id, actor=warehouse)
    rest = services.create_shipment(order.id, good_by_line=all_good(order), actor=warehouse)
    go(rest)
    assert (rest.address, part.address) == (ELSEWHERE, TO_GO_TO)


def test_what_has_been_shipped_whole_goes_nowhere_else(shipment_in: Any) -> None:
    with pytest.raises(WrongState, match="has already been shipped"):
        go(shipment_in("shipped"))


def test_a_label_is_not_bought_for_a_delivery_that_was_just_changed(
    shipment_in: Any, people: Any
) -> None:
    shipment = shipment_in("packed")
    set_delivery(shipment.order_id, "carrier", ELSEWHERE, actor=SALES)
    with pytest.raises(Problem, match="has just been changed"):
        verbs.buy_label(shipment.id, actor=people.warehouse)
    services.follow_delivery(shipment.order_id, actor=SALES)
    verbs.buy_label(shipment.id, actor=people.warehouse)
    assert names(shipment).count("shipment.label_requested") == 1


def test_shipments_wait_while_nobody_has_said_where_they_go(shipment_in: Any) -> None:
    shipment = shipment_in("pending")
    order_of(shipment).ship_to = PostalAddress()
    assert services.follow_delivery(shipment.order_id, actor=SALES) == []
    assert shipment.address == TO_GO_TO
