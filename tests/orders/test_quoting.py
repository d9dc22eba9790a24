"""Working out a price and sending it as a version that never changes."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from app.core.actor import system
from app.core.clock import now, shop_day, today
from app.core.db import db
from app.core.errors import AlreadyDone, BadInput, NotAllowed, Stale, WrongState
from app.orders import services as orders
from app.orders import verbs as order_verbs
from app.orders.models import Order
from tests.order_rows import staff_actor
from tests.orders.conftest import CARD, customer_of, events, reduce_tax, somebody_elses

Ask = Callable[..., Order]
BOSS = system()


def test_sales_take_a_request_up(ask: Ask) -> None:
    order = ask()
    order_verbs.start_estimate(order.id, actor=staff_actor("sales"))
    assert order.state == "estimating"
    (event,) = events(order, "order.estimating")
    assert (event.before, event.after) == ({"state": "requested"}, {"state": "estimating"})
    with pytest.raises(AlreadyDone):
        order_verbs.start_estimate(order.id, actor=staff_actor("sales"))


def test_an_operator_may_not_price(ask: Ask) -> None:
    order = ask()
    with pytest.raises(NotAllowed):
        order_verbs.start_estimate(order.id, actor=staff_actor("operator"))
    assert order.state == "requested"


def test_a_question_goes_to_the_customer_and_the_answer_comes_back(ask: Ask) -> None:
    order = ask()
    order_verbs.ask_customer(order.id, "One side or two?", actor=staff_actor("sales"))
    assert (order.state, order.question) == ("needs_info", "One side or two?")
    with pytest.raises(NotAllowed):
        order_verbs.answer_question(order.id, "Two", actor=somebody_elses(order))
    order_verbs.answer_question(order.id, "Two", actor=customer_of(order))
    (event,) = events(order, "order.answered")
    assert event.data == {"question": "One side or two?", "answer": "Two"}
    assert (order.state, order.question) == ("estimating", None)
    with pytest.raises(BadInput):
        order_verbs.ask_customer(order.id, "  ", actor=staff_actor("sales"))


def test_a_quote_is_the_price_rule_line_by_line(quoted: Order) -> None:
    quote = orders.newest_quote(quoted.id)
    assert quote is not None
    assert quoted.state == "quoted"
    assert quote.net_minor == sum(row.amount_minor for row in quote.lines[0].rows)
    assert quote.total_minor == quote.net_minor + quote.tax_minor
    assert quote.currency == "GBP"
    (event,) = events(quoted, "quote.sent")
    assert event.data is not None
    assert event.data["total_minor"] == quote.total_minor


def test_staff_may_set_a_price_by_hand_and_the_quote_says_so(ask: Ask) -> None:
    order = ask()
    order_verbs.start_estimate(order.id, actor=BOSS)
    line = order.lines[0]
    price = orders.LinePrice(12_345, "agreed by phone")
    quote = order_verbs.send_quote(order.id, {line.id: price}, actor=staff_actor("sales"))
    assert quote.net_minor == 12_345
    assert quote.lines[0].rows[0].how == "agreed by phone"
    assert quote.tax_minor == 2_469  # 20 % of 123.45, rounded half up
    assert quote.sent_by == staff_actor("sales").label


def test_a_negative_price_and_a_past_last_day_are_refused(ask: Ask) -> None:
    order = ask()
    order_verbs.start_estimate(order.id, actor=BOSS)
    with pytest.raises(BadInput):
        order_verbs.send_quote(order.id, {order.lines[0].id: orders.LinePrice(-1)}, actor=BOSS)
    db.session.expire_all()
    with pytest.raises((BadInput, WrongState)):
        order_verbs.send_quote(order.id, actor=BOSS, valid_until=today() - timedelta(days=1))


def test_a_price_of_zero_needs_a_reason_which_the_customer_reads(ask: Ask) -> None:
    order = ask()
    order_verbs.start_estimate(order.id, actor=BOSS)
    line = order.lines[0].id
    for reason in ("", "  ", "\u200b"):
        with pytest.raises(BadInput, match="costs nothing") as caught, db.session.begin_nested():
            order_verbs.send_quote(order.id, {line: orders.LinePrice(0, reason)}, actor=BOSS)
        assert caught.value.field == f"reason-{line}"
    prices = {line: orders.LinePrice(0, "A reprint of MR-10001, which was cut wrong.")}
    quote = order_verbs.send_quote(order.id, prices, actor=BOSS)
    assert quote.total_minor == 0
    assert quote.lines[0].rows[0].how == "A reprint of MR-10001, which was cut wrong."


def test_a_day_that_has_passed_is_promised_to_nobody(ask: Ask) -> None:
    order = ask()
    order_verbs.start_estimate(order.id, actor=BOSS)
    yesterday = shop_day() - timedelta(days=1)
    with pytest.raises(BadInput, match="has passed") as caught, db.session.begin_nested():
        order_verbs.send_quote(order.id, actor=BOSS, promised_on=yesterday)
    assert caught.value.field == "promised_on"
    order.wanted_on = yesterday
    assert order_verbs.send_quote(order.id, actor=BOSS).promised_on is None


def test_each_rate_of_tax_is_named_with_its_own_sum(ask: Ask) -> None:
    order = ask(wanted=[CARD, CARD])
    order_verbs.start_estimate(order.id, actor=BOSS)
    reduce_tax(order.lines[1])
    prices = {line.id: orders.LinePrice(10_001, "agreed") for line in order.lines}
    quote = order_verbs.send_quote(order.id, prices, actor=BOSS)
    assert quote.taxes == {"VAT 20 %": 2_000, "VAT 5 %": 500}
    assert (quote.tax_label, quote.tax_minor) == ("VAT 20 %, VAT 5 %", 2_500)


def test_no_quote_goes_out_before_somebody_took_it_up_nor_while_on_hold(ask: Ask) -> None:
    order = ask()
    with pytest.raises(WrongState):
        order_verbs.send_quote(order.id, actor=BOSS)
    order_verbs.start_estimate(order.id, actor=BOSS)
    order_verbs.hold(order.id, "The paper is discontinued.", actor=BOSS)
    with pytest.raises(WrongState, match="on hold"):
        order_verbs.send_quote(order.id, actor=BOSS)
    assert orders.newest_quote(order.id) is None


def test_a_second_click_sends_no_second_quote(quoted: Order) -> None:
    with pytest.raises(AlreadyDone):
        order_verbs.send_quote(quoted.id, actor=BOSS)
    assert len(quoted.quotes) == 1


def test_a_form_from_before_somebody_elses_change_is_stale(ask: Ask) -> None:
    order = ask()
    seen = order.version_id
    order_verbs.hold(order.id, "Waits for paper.", actor=BOSS)
    db.session.flush()
    with pytest.raises(Stale):
        order_verbs.start_estimate(order.id, actor=BOSS, seen_version=seen)
    assert order.state == "requested"


def test_revising_keeps_the_old_version_and_marks_it_replaced(quoted: Order) -> None:
    first = orders.newest_quote(quoted.id)
    assert first is not None
    order_verbs.revise_quote(quoted.id, reason="Foil added.", actor=staff_actor("sales"))
    assert (quoted.state, first.state) == ("estimating", "superseded")
    second = order_verbs.send_quote(quoted.id, actor=BOSS)
    assert second.version == 2
    assert len(events(quoted, "quote.superseded")) == 1


def test_a_new_file_replaces_the_quote_that_is_out_and_only_then(quoted: Order) -> None:
    assert orders.supersede_by_new_file(quoted.id, actor=BOSS) is True
    assert quoted.state == "estimating"
    assert orders.supersede_by_new_file(quoted.id, actor=BOSS) is False


def test_the_clock_ends_a_quote_after_its_last_day(quoted: Order) -> None:
    assert orders.expire_quotes(actor=BOSS) == 0
    with time_machine.travel(now() + timedelta(days=30)):
        assert orders.expire_quotes(actor=BOSS) == 1
        assert quoted.state == "expired"
        assert len(events(quoted, "quote.expired")) == 1
        assert orders.expire_quotes(actor=BOSS) == 0


@pytest.mark.parametrize("change", ["UPDATE quotes SET net_minor = 1", "DELETE FROM quotes"])
def test_the_application_cannot_change_a_quote(quoted: Order, change: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), db.session.begin_nested():
        db.session.execute(text(change))


def test_a_quote_that_does_not_add_up_is_refused_by_the_database(quoted: Order) -> None:
    from sqlalchemy.exc import IntegrityError

    from app.orders.models import Quote

    made: dict[str, Any] = {
        "order_id": quoted.id, "version": 9, "lines": [], "currency": "GBP", "net_minor": 1,
        "tax_minor": 1, "total_minor": 3, "tax_label": "VAT", "valid_until": today(),
        "sent_by": "x", "id": uuid.uuid4(),
    }  # fmt: skip
    db.session.add(Quote(**made))
    with pytest.raises(IntegrityError, match="ck_quotes_total"):
        db.session.flush()
    db.session.rollback()
