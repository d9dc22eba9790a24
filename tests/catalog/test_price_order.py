"""Lines of one order priced together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from app.catalog.facts import Facts
from app.catalog.inheritance import parse
from app.catalog.pricing import ItemisedPrice, PriceTerms, price_order
from app.catalog.pricing.subject import LineToPrice
from app.catalog.pricing.terms import Promotion

DAY = date(2027, 1, 15)


def line(quantity: int = 1, *, terms: PriceTerms | None = None, **price: Any) -> LineToPrice:
    rule = {"unit_breaks": [{"from_quantity": 1, "unit_minor": 1000}]} | price
    return LineToPrice(
        parse({"price": rule}), {}, quantity, Facts(), DAY, terms=terms or PriceTerms()
    )


def told(prices: list[ItemisedPrice]) -> list[dict[str, int]]:
    assert all(one.net_minor == sum(row.amount_minor for row in one.rows) for one in prices)
    return [{row.key: row.amount_minor for row in one.rows} for one in prices]


def test_a_set_up_once_per_order_stands_on_the_line_where_it_is_dearest() -> None:
    own = {"setup_per": "order", "setup_label": "Plates"}
    lines = [line(setup_minor=500, **own), line(setup_minor=900, **own), line(setup_minor=200)]
    assert told(price_order(lines)) == [
        {"pieces": 1000},
        {"setup": 900, "pieces": 1000},
        {"setup": 200, "pieces": 1000},
    ]
    alone = told(price_order(lines[:1]))
    assert alone == [{"setup": 500, "pieces": 1000}]


def test_a_set_up_per_design_counts_the_designs() -> None:
    designs = {"key": "designs", "label": "Designs", "kind": "number", "measure": "designs"}
    rule = parse(
        {"price": {"setup_minor": 500, "setup_per": "design"}, "personalisation": [designs]}
    )
    three = LineToPrice(rule, {}, 1, Facts(), DAY, personalisation={"designs": "3"})
    (price,) = price_order([three])
    assert price.rows[0].how == "Set-up, per design: £5.00 × 3 = £15.00"


def test_a_small_order_is_lifted_to_its_minimum_on_its_last_line() -> None:
    lines = [line(order_min_minor=5000), line(2)]
    prices = price_order(lines)
    assert told(prices) == [{"pieces": 1000}, {"pieces": 2000, "order_minimum": 2000}]
    assert prices[1].rows[1].how == "Minimum of the order: £50.00 − £30.00 = £20.00"


def test_a_price_set_by_hand_counts_towards_the_minimum_of_the_order() -> None:
    lines = [line(order_min_minor=5000), line(2)]
    assert told(price_order(lines, {1: 3500}))[0] == {"pieces": 1000, "order_minimum": 500}
    assert told(price_order(lines, {1: 4000}))[0] == {"pieces": 1000}
    assert told(price_order(lines, {0: 1, 1: 1})) == [{"pieces": 1000}, {"pieces": 2000}]


def test_no_minimum_is_charged_while_a_line_has_no_price() -> None:
    lines = [line(order_min_minor=5000), line(by_person="A goldsmith sets the price.")]
    assert "order_minimum" not in told(price_order(lines))[0]


def test_a_fixed_promotion_is_taken_off_once_per_order() -> None:
    off = PriceTerms(promotion=Promotion(code="TEN", fixed_minor=1500, min_net_minor=2000))
    prices = told(price_order([line(terms=off), line(2, terms=off)]))
    assert [one["promotion"] for one in prices] == [-1000, -500]
    assert "promotion" not in told(price_order([line(terms=off)]))[0], "below its least value"


def test_rush_is_added_after_a_promotion() -> None:
    off = PriceTerms(promotion=Promotion(code="HALF", percent=50))
    (price,) = price_order([replace(line(terms=off, rush_percent=10), rush="rush")])
    assert told([price]) == [{"pieces": 1000, "promotion": -500, "rush": 50}]
