"""What a quote was priced with is stored with it, and gives the same price again."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import time_machine

from app import declarations
from app.catalog.models import Product
from app.catalog.revisions import revision_of
from app.core.actor import system
from app.core.clock import shop_day
from app.core.db import db
from app.core.errors import BadInput
from app.core.invariants import LEFT_OUT, find_break
from app.orders import services as orders
from app.orders import verbs as order_verbs
from app.orders.invariants import RECOMPUTED
from app.orders.models import Order, OrderLine, Quote
from app.orders.quoted import QuotedRow
from app.orders.services.line_prices import suggest
from tests.orders.conftest import CARD

Ask = Callable[..., Order]
BOSS = system()


def change_price(line: OrderLine, **price: Any) -> None:
    """Let the line have been agreed on under another price rule."""
    terms = line.specification
    rule = terms.price.model_validate(terms.price.model_dump() | price)
    product = db.session.get_one(Product, line.product_id)
    line.product_revision_id = revision_of(product, terms.model_copy(update={"price": rule}))
    db.session.flush()
    db.session.expire(line)


def send(order: Order, **given: Any) -> Quote:
    order_verbs.start_estimate(order.id, actor=BOSS)
    quote: Quote = order_verbs.send_quote(order.id, actor=BOSS, **given)
    db.session.expire_all()
    return quote


def test_a_quote_keeps_what_each_line_was_priced_with(ask: Ask) -> None:
    order = ask(rush_level="rush")
    quote = send(order)
    (line,) = quote.lines
    assert line.inputs is not None
    assert (line.inputs.on, line.inputs.rush) == (shop_day(), "rush")
    assert (line.inputs.terms.sku, line.inputs.terms.families) == ("INV-A6", ("cards",))
    assert [row.key for row in line.rows] == ["setup", "pieces", "options.paper", "rush"]
    assert line.rows[1].how.startswith("Price per piece from 250: ")
    assert line.rows[1].plain == line.rows[1].how.partition(": ")[2].partition(" = ")[0]


def test_a_row_from_before_shows_the_customer_what_it_has() -> None:
    row = QuotedRow.model_validate({"label": "Set-up", "how": "once", "amount_minor": 2900})
    assert (row.plain, row.key) == ("once", "")


def test_a_stored_quote_gives_the_same_price_next_year(ask: Ask) -> None:
    two = [CARD, replace(CARD, quantity=500)]
    order = ask(wanted=two, rush_level="rush")
    change_price(order.lines[0], setup_per="order", order_min_minor=10**6)
    change_price(order.lines[1], setup_per="order", valid_until=shop_day().isoformat())
    by_hand = {order.lines[0].id: orders.LinePrice(12345, "A friend.")}
    quote = send(order, prices=by_hand)
    assert [line.inputs.entered_minor for line in quote.lines if line.inputs] == [12345, None]
    assert quote.net_minor == 10**6, "lifted to the order's minimum, the price by hand included"
    with time_machine.travel("2030-01-15"):
        assert find_break(RECOMPUTED) is None


def test_a_quoted_amount_that_its_inputs_do_not_give_is_found(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    quote = send(ask())
    declarations.load(declarations.INVARIANTS)
    assert find_break(RECOMPUTED) is None
    (line,) = quote.lines
    monkeypatch.setattr("app.orders.invariants.price_order", _dearer)
    broken = find_break(RECOMPUTED) or ""
    assert f"line 1: quoted at {line.net_minor}, calculated {line.net_minor + 1}." in broken


def test_a_quoted_tax_that_its_rule_does_not_give_is_found(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    quote = send(ask())
    declarations.load(declarations.INVARIANTS)
    (line,) = quote.lines
    monkeypatch.setattr("app.orders.invariants.price_order", _untaxed)
    assert f"line 1: taxed {line.tax_minor}, calculated 0." in (find_break(RECOMPUTED) or "")


def _untaxed(lines: Any, entered: Any) -> Any:
    from app.catalog.pricing import price_order

    return [replace(price, tax_minor=0) for price in price_order(lines, entered)]


def _dearer(lines: Any, entered: Any) -> Any:
    from app.catalog.pricing import price_order

    prices = price_order(lines, entered)
    first = replace(prices[0].rows[0], amount_minor=prices[0].rows[0].amount_minor + 1)
    return [replace(prices[0], rows=(first, *prices[0].rows[1:])), *prices[1:]]


def test_quotes_from_before_are_counted_and_left_out(ask: Ask) -> None:
    order = ask()
    quote = send(order)
    old = [
        line.model_copy(update={"inputs": None, "line_id": line.line_id}) for line in quote.lines
    ]
    kept = {name: getattr(quote, name) for name in ("currency", "net_minor", "tax_minor")}
    fields = kept | {
        "total_minor": quote.total_minor,
        "tax_label": quote.tax_label,
        "valid_until": quote.valid_until,
        "sent_by": quote.sent_by,
    }
    lines = [line.model_validate(line.model_dump(exclude={"inputs"})) for line in old]
    db.session.add(Quote(order_id=order.id, version=9, lines=lines, **fields))
    db.session.flush()
    assert LEFT_OUT[RECOMPUTED]() == "1 quoted lines are from before inputs were stored."
    assert find_break(RECOMPUTED) is None


def test_an_order_is_requested_at_a_rush_level(ask: Ask) -> None:
    usual = suggest(ask().lines)
    order = ask()
    levels = [
        {"key": "soon", "label": "Express", "working_days": 2, "percent": 50},
        {"key": "now", "label": "Overnight", "working_days": 1, "percent": 100},
    ]
    change_price(order.lines[0], rush_levels=levels)
    (net,) = (price.net_minor for price in usual.values())
    for key, factor in (("now", 2), ("soon", 1.5), ("", 1)):
        order.rush, order.rush_level = bool(key), key
        assert suggest(order.lines)[order.lines[0].id].net_minor == net * factor
    order.rush, order.rush_level = True, ""
    assert suggest(order.lines)[order.lines[0].id].net_minor == net * 1.5, "the first level"


def test_staff_mark_an_order_as_rush_at_a_level(ask: Ask) -> None:
    order = ask()
    levels = [{"key": "soon", "label": "Express"}, {"key": "now", "label": "Overnight"}]
    change_price(order.lines[0], rush_levels=levels)
    with pytest.raises(BadInput, match="not offered"):
        order_verbs.mark_rush(order.id, "never", actor=BOSS)
    order_verbs.mark_rush(order.id, "now", actor=BOSS)
    assert (order.rush, order.rush_level, order.rush_key) == (True, "now", "now")
    order_verbs.unmark_rush(order.id, actor=BOSS)
    assert (order.rush, order.rush_level, order.rush_key) == (False, "", "")


def test_a_rush_level_that_no_product_offers_is_refused(ask: Ask) -> None:
    with pytest.raises(BadInput) as fault:
        ask(rush_level="yesterday", idempotency_key=uuid.uuid4())
    assert fault.value.field == "rush"
