"""Holding, declining, cancelling, paying, closing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.core.actor import system
from app.core.errors import AlreadyDone, BadInput, NotAllowed, WrongState
from app.orders import services as orders
from app.orders import verbs as order_verbs
from app.orders.models import Order
from app.orders.services.line_prices import suggest
from tests.order_rows import staff_actor
from tests.orders.conftest import customer_of, events

Ask = Callable[..., Order]
BOSS = system()


@pytest.fixture
def placed(quoted: Order) -> Order:
    """An order the customer accepted."""
    return order_verbs.accept_quote(quoted.id, 1, "Ada Example", actor=customer_of(quoted))


def test_a_hold_lies_over_the_state_and_comes_off_again(ask: Ask) -> None:
    order = ask()
    order_verbs.hold(order.id, "Waits for the paper mill.", actor=staff_actor("prepress"))
    assert (order.state, order.hold_reason) == ("requested", "Waits for the paper mill.")
    with pytest.raises(AlreadyDone):
        order_verbs.hold(order.id, "Again.", actor=BOSS)
    order_verbs.resume(order.id, actor=staff_actor("sales"))
    assert order.hold_reason is None
    with pytest.raises(AlreadyDone):
        order_verbs.resume(order.id, actor=BOSS)
    assert [e.name for e in events(order, "order.held") + events(order, "order.resumed")] == [
        "order.held",
        "order.resumed",
    ]


def test_a_hold_needs_a_reason_a_role_and_an_open_order(ask: Ask) -> None:
    order = ask()
    with pytest.raises(BadInput):
        order_verbs.hold(order.id, " ", actor=BOSS)
    with pytest.raises(NotAllowed):
        order_verbs.hold(order.id, "No.", actor=staff_actor("operator"))
    order_verbs.decline(order.id, "We can't cut metal.", actor=BOSS)
    with pytest.raises(WrongState):
        order_verbs.hold(order.id, "Too late.", actor=BOSS)


def test_declining_tells_the_reason_and_ends_the_order(ask: Ask) -> None:
    order = ask()
    with pytest.raises(NotAllowed):
        order_verbs.decline(order.id, "No.", actor=staff_actor("planner"))
    order_verbs.decline(order.id, "We can't print on glass.", actor=staff_actor("sales"))
    assert (order.state, order.reason) == ("declined", "We can't print on glass.")
    assert order.ended_at is not None
    with pytest.raises(AlreadyDone):
        order_verbs.decline(order.id, "Again.", actor=BOSS)


def test_a_quoted_order_is_not_declined_any_more(quoted: Order) -> None:
    with pytest.raises(WrongState):
        order_verbs.decline(quoted.id, "Changed our mind.", actor=BOSS)


def test_the_customer_cancels_before_anything_is_made(placed: Order) -> None:
    order_verbs.cancel(placed.id, "Moved the date.", actor=customer_of(placed))
    assert placed.state == "cancelled"
    (event,) = events(placed, "order.cancelled")
    assert event.data == {"reason": "Moved the date."}
    with pytest.raises(AlreadyDone):
        order_verbs.cancel(placed.id, "Again.", actor=BOSS)


def test_cancelling_a_quoted_order_ends_its_quote(quoted: Order) -> None:
    quote = orders.newest_quote(quoted.id)
    order_verbs.cancel(quoted.id, "No budget.", actor=customer_of(quoted))
    assert quote is not None
    assert quote.state == "superseded"


def test_a_payment_is_noted_once_by_finance_and_after_placing(ask: Ask, placed: Order) -> None:
    assert placed.terms_met is False
    with pytest.raises(NotAllowed):
        order_verbs.confirm_payment(placed.id, "", actor=staff_actor("operator"))
    order_verbs.confirm_payment(placed.id, "by transfer", actor=staff_actor("finance"))
    assert placed.terms_met is True
    (event,) = events(placed, "order.payment_confirmed")
    assert event.data == {"note": "by transfer"}
    with pytest.raises(AlreadyDone):
        order_verbs.confirm_payment(placed.id, "", actor=staff_actor("finance"))
    with pytest.raises(WrongState):
        order_verbs.confirm_payment(ask().id, "", actor=staff_actor("finance"))


def test_who_pays_later_is_never_held_up_by_payment(placed: Order) -> None:
    placed.customer.terms = "net_30"
    assert placed.terms_met is True


def test_only_a_placed_order_closes_and_only_once(placed: Order, ask: Ask) -> None:
    orders.close_order(placed.id, actor=BOSS)
    assert placed.state == "closed"
    with pytest.raises(AlreadyDone):
        orders.close_order(placed.id, actor=BOSS)
    with pytest.raises(WrongState):
        orders.close_order(ask().id, actor=BOSS)


def test_a_rush_order_is_quoted_with_the_surcharge_and_both_changes_are_recorded(ask: Ask) -> None:
    order = ask()
    (line,) = order.lines
    usual = suggest(order.lines)[line.id].net_minor
    order_verbs.mark_rush(order.id, actor=staff_actor("sales"))
    percent = line.specification.price.rush_percent
    assert percent > 0
    assert suggest(order.lines)[line.id].net_minor == round(usual * (1 + percent / 100))
    with pytest.raises(AlreadyDone):
        order_verbs.mark_rush(order.id, actor=BOSS)
    order_verbs.unmark_rush(order.id, actor=BOSS)
    with pytest.raises(AlreadyDone):
        order_verbs.unmark_rush(order.id, actor=BOSS)
    assert suggest(order.lines)[line.id].net_minor == usual
    changes = [(e.before, e.after) for e in events(order, "order.rush_changed")]
    assert changes == [({"rush": False}, {"rush": True}), ({"rush": True}, {"rush": False})]
