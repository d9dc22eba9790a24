"""Where an order goes: to an address, or it is collected. Nothing is assumed, whoever asks for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.core.db import db
from app.core.errors import AlreadyDone, BadInput, NotAllowed, WrongState
from app.core.postal_address import PostalAddress
from app.orders import verbs as order_verbs
from app.orders.models import Order
from app.orders.todo import TODOS
from tests.order_rows import SHIP_TO, TO_GO_TO, staff_actor
from tests.orders.conftest import customer_of, events, somebody_elses

TODO = next(one for one in TODOS if one.key == "deliveries")


@pytest.fixture
def order(ask: Callable[..., Order]) -> Order:
    """An order of which nobody has said where it goes."""
    return ask()


def waits() -> int:
    assert TODO.query is not None
    return len(db.session.execute(TODO.query().where(*TODO.where)).all())


def test_nobody_has_said_until_somebody_does(order: Order, ask: Callable[..., Order]) -> None:
    assert order.delivery is None
    assert ask(ship_to=TO_GO_TO).delivery == "carrier"
    collected = ask(is_pickup=True, ship_to=TO_GO_TO)
    assert (collected.delivery, bool(collected.ship_to)) == ("pickup", False)


def test_the_customer_and_sales_set_it(order: Order) -> None:
    order_verbs.set_delivery(order.id, "carrier", TO_GO_TO, actor=customer_of(order))
    assert (order.delivery, order.ship_to) == ("carrier", TO_GO_TO)
    order_verbs.set_delivery(order.id, "pickup", actor=staff_actor("sales"))
    assert (order.delivery, bool(order.ship_to)) == ("pickup", False)
    first, second = events(order, "order.delivery_set")
    assert (first.actor_kind, second.actor_kind) == ("customer", "staff")
    assert first.after["ship_to"] == "Juno Marrowby, 4 Example Lane, Sampleton, EX1 2MP, GB"
    assert (second.before["delivery"], second.after["delivery"]) == ("carrier", "pickup")


def test_the_address_is_not_in_the_chain_itself(order: Order) -> None:
    order_verbs.set_delivery(order.id, "carrier", TO_GO_TO, actor=customer_of(order))
    (event,) = events(order, "order.delivery_set")
    assert "Example Lane" not in str(event.sealed_after)


def test_others_may_not(order: Order) -> None:
    for nobody in (somebody_elses(order), staff_actor("operator"), staff_actor("prepress")):
        with pytest.raises(NotAllowed):
            order_verbs.set_delivery(order.id, "pickup", actor=nobody)
    assert order.delivery is None


@pytest.mark.parametrize(
    ("ship_to", "words"),
    [
        (None, "Enter the delivery address, or choose pickup."),
        (PostalAddress(), "Enter the delivery address, or choose pickup."),
        (PostalAddress.of({**SHIP_TO, "city": ""}), "city"),
        (PostalAddress.of({**SHIP_TO, "country": "US"}), "state"),
    ],
)
def test_a_carrier_needs_a_whole_address(order: Order, ship_to: Any, words: str) -> None:
    with pytest.raises(BadInput) as caught:
        order_verbs.set_delivery(order.id, "carrier", ship_to, actor=staff_actor("sales"))
    assert words in str(caught.value)
    assert order.delivery is None


def test_the_same_again_changes_nothing(order: Order) -> None:
    order_verbs.set_delivery(order.id, "pickup", actor=staff_actor("sales"))
    with pytest.raises(AlreadyDone):
        order_verbs.set_delivery(order.id, "pickup", actor=staff_actor("sales"))
    assert len(events(order, "order.delivery_set")) == 1


def test_an_order_that_ended_goes_nowhere(order: Order) -> None:
    order_verbs.decline(order.id, "Not our trade.", actor=staff_actor("sales"))
    with pytest.raises(WrongState):
        order_verbs.set_delivery(order.id, "pickup", actor=staff_actor("sales"))


def test_sales_are_told_of_a_placed_order_that_goes_nowhere(quoted: Order) -> None:
    assert waits() == 0
    order_verbs.accept_quote(quoted.id, 1, "Ada Example", actor=customer_of(quoted))
    assert waits() == 1
    order_verbs.set_delivery(quoted.id, "carrier", TO_GO_TO, actor=staff_actor("sales"))
    assert waits() == 0


def test_a_pickup_that_has_an_address_is_refused_by_the_database(order: Order) -> None:
    order_verbs.set_delivery(order.id, "carrier", TO_GO_TO, actor=staff_actor("sales"))
    db.session.flush()
    with pytest.raises(IntegrityError, match="ck_orders_pickup"), db.session.begin_nested():
        db.session.execute(text("UPDATE orders SET is_pickup = true"))
