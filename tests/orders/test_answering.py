"""The customer's word on a quote."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from app.core.actor import system
from app.core.clock import now
from app.core.errors import AlreadyDone, BadInput, NotAllowed, Stale, WrongState
from app.core.invariants import find_break
from app.core.text_input import clean_full_name
from app.orders import invariants
from app.orders import services as orders
from app.orders import verbs as order_verbs
from app.orders.models import Order
from tests.order_rows import staff_actor
from tests.orders.conftest import customer_of, events, somebody_elses

assert invariants  # registers what is asked below


def test_accepting_places_the_order_at_the_prices_that_were_shown(quoted: Order) -> None:
    quote = orders.newest_quote(quoted.id)
    assert quote is not None
    order_verbs.accept_quote(quoted.id, 1, "Ada Example", actor=customer_of(quoted))
    assert quoted.state == "placed"
    assert quoted.placed_at is not None
    assert quoted.lines[0].price_minor == quote.net_minor
    assert quote.answer is not None
    assert (quote.state, quote.answer.typed_name) == ("accepted", "Ada Example")
    (accepted,) = events(quoted, "quote.accepted")
    (placed,) = events(quoted, "order.placed")
    assert (accepted.actor_kind, accepted.door) == ("customer", "link")
    assert (placed.before, placed.after) == ({"state": "quoted"}, {"state": "placed"})
    for name in (
        "A placed order's agreed lines are those of its accepted quote",
        "An order is placed exactly when one of its quotes was accepted",
        "A quote's total is the sum of its lines",
    ):
        assert find_break(name) is None


def test_a_second_click_places_it_once(quoted: Order) -> None:
    order_verbs.accept_quote(quoted.id, 1, "Ada Example", actor=customer_of(quoted))
    with pytest.raises(AlreadyDone):
        order_verbs.accept_quote(quoted.id, 1, "Ada Example", actor=customer_of(quoted))
    assert len(events(quoted, "order.placed")) == 1


NO_NAMES = ("   ", "x", "X.", "xx", "J. K.", "4711", "–", "\u200b\u200b")


@pytest.mark.parametrize("name", NO_NAMES)
def test_without_a_full_name_nothing_is_placed(quoted: Order, name: str) -> None:
    with pytest.raises(BadInput, match="full name"):
        order_verbs.accept_quote(quoted.id, 1, name, actor=customer_of(quoted))
    assert quoted.state == "quoted"


@pytest.mark.parametrize("name", ["Bo", "J. Li", "Aa Dahl", "O’Brien", "李明", "이 준", "Zoë"])
def test_short_names_of_any_script_are_names(name: str) -> None:
    assert clean_full_name(f" {name} ", "missing") == name


def test_nobody_else_answers_for_the_customer(quoted: Order) -> None:
    for actor in (somebody_elses(quoted), staff_actor("sales"), staff_actor("operator")):
        with pytest.raises(NotAllowed):
            order_verbs.accept_quote(quoted.id, 1, "Somebody", actor=actor)
        with pytest.raises(NotAllowed):
            order_verbs.reject_quote(quoted.id, 1, "", actor=actor)


def test_an_old_version_in_another_tab_is_stale(quoted: Order) -> None:
    order_verbs.revise_quote(quoted.id, reason="Dearer paper.", actor=system())
    order_verbs.send_quote(quoted.id, actor=system())
    with pytest.raises(Stale, match="replaced by version 2"):
        order_verbs.accept_quote(quoted.id, 1, "Ada Example", actor=customer_of(quoted))
    assert quoted.state == "quoted"


def test_a_quote_that_was_taken_back_is_not_accepted(quoted: Order) -> None:
    order_verbs.revise_quote(quoted.id, reason="Wait.", actor=system())
    with pytest.raises(WrongState):
        order_verbs.accept_quote(quoted.id, 1, "Ada Example", actor=customer_of(quoted))


def test_a_quote_that_ran_out_is_not_accepted_even_before_the_clock_saw_it(quoted: Order) -> None:
    later = time_machine.travel(now() + timedelta(days=30))
    with later, pytest.raises(WrongState, match="expired"):
        order_verbs.accept_quote(quoted.id, 1, "Ada Example", actor=customer_of(quoted))


def test_saying_no_ends_the_order_and_keeps_the_words(quoted: Order) -> None:
    order_verbs.reject_quote(quoted.id, 1, "Too dear.", actor=customer_of(quoted))
    assert (quoted.state, quoted.reason) == ("rejected", "Too dear.")
    assert len(events(quoted, "quote.rejected")) == 1
    with pytest.raises(AlreadyDone):
        order_verbs.reject_quote(quoted.id, 1, "Too dear.", actor=customer_of(quoted))
    with pytest.raises(WrongState):
        order_verbs.accept_quote(quoted.id, 1, "Ada Example", actor=customer_of(quoted))
