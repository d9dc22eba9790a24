"""Prices with their taxes, as a pure function: typed with tax or without, alone or as lines of one order."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalog import verbs
from app.catalog.facts import Facts
from app.catalog.pricing import PriceTerms, price_line, price_order
from app.catalog.pricing.subject import LineToPrice
from app.catalog.properties import Properties
from app.catalog.services.preview import Unconfirmed
from app.tax.document import Rounding
from app.tax.rule import TaxRule
from app.tax.usual import ensure_usual
from tests.catalog.conftest import EDITOR, PRINTED

DAY = date(2026, 11, 27)
PERCENTS = st.sampled_from(
    [Decimal(text) for text in ("0", "5", "7.25", "8.1", "19", "20", "25.5")]
)
UNITS = st.integers(1, 100_000)


def product(unit_minor: int, **price: Any) -> Properties:
    breaks = [{"from_quantity": 1, "unit_minor": unit_minor}]
    return Properties.model_validate({"price": {"unit_breaks": breaks} | price})


def rule(percent: Decimal, **more: Any) -> TaxRule:
    return TaxRule(percent=percent, label=f"VAT {percent} %", **more)


@given(UNITS, st.integers(1, 500), PERCENTS)
def test_a_price_typed_with_tax_is_what_is_paid(unit: int, count: int, percent: Decimal) -> None:
    terms = PriceTerms(tax=rule(percent), tax_included=percent or None)
    price = price_line(product(unit), {}, count, on=DAY, terms=terms)
    assert price.total_minor == unit * count
    assert price.net_minor == sum(row.amount_minor for row in price.rows) >= 0


@given(UNITS, PERCENTS, PERCENTS)
def test_a_price_typed_with_one_tax_and_paid_with_another_is_the_same_net(
    unit: int, included: Decimal, paid: Decimal
) -> None:
    inside = PriceTerms(tax=rule(included), tax_included=included or None)
    abroad = PriceTerms(tax=rule(paid), tax_included=included or None)
    nets = {
        price_line(product(unit), {}, 1, on=DAY, terms=one).net_minor for one in (inside, abroad)
    }
    assert len(nets) == 1


@pytest.mark.parametrize("rounding", ["line", "document"])
@given(st.lists(st.tuples(UNITS, PERCENTS), min_size=1, max_size=8), st.booleans())
def test_the_taxes_of_an_order_are_those_of_its_lines(
    rounding: Rounding, of: list[tuple[int, Decimal]], is_gross: bool
) -> None:
    lines = [
        LineToPrice(
            product(unit), {}, 1, Facts(), DAY,
            terms=PriceTerms(tax=rule(percent), tax_rounding=rounding,
                             tax_included=(percent or None) if is_gross else None),
        )
        for unit, percent in of
    ]  # fmt: skip
    prices = price_order(lines)
    total, typed = sum(price.total_minor for price in prices), sum(unit for unit, _ in of)
    if is_gross:
        assert total == typed
    else:
        assert sum(price.net_minor for price in prices) == typed
    assert price_order(lines) == prices


def test_the_tax_of_a_price_by_hand_is_of_what_was_entered() -> None:
    terms = PriceTerms(tax=rule(Decimal(20)))
    line = LineToPrice(product(1000), {}, 1, Facts(), DAY, terms=terms)
    assert price_order([line], {0: 555})[0].tax_minor == 111


def test_the_row_of_the_included_tax_says_how_it_is_calculated() -> None:
    terms = PriceTerms(tax=rule(Decimal(20)), tax_included=Decimal(20))
    row = price_line(product(1200), {}, 1, on=DAY, terms=terms).rows[-1]
    assert (row.key, row.amount_minor) == ("tax_included", -200)
    assert row.how == "20 % are included in £12.00: £12.00 × 20 ÷ 120"


def test_a_product_of_before_keeps_its_own_rate() -> None:
    old = product(1000, tax_permille=175, tax_label="VAT")
    price = price_line(old, {}, 1, on=DAY)
    assert (price.tax_minor, price.tax_label) == (175, "VAT 17.5 %")


def test_a_family_in_another_tax_class_shows_each_price_before_and_after(
    make_family: Any, make_product: Any
) -> None:
    ensure_usual(EDITOR)
    priced = {"price": {"unit_breaks": [{"from_quantity": 1, "unit_minor": 1000}]}}
    family = make_family("Print", **{**PRINTED, **priced, "tax_class": "standard"})
    make_product("CARD", family)
    with pytest.raises(Unconfirmed) as asked:
        verbs.change_family(
            family.id, properties={**family.properties, "tax_class": "reduced"}, actor=EDITOR
        )
    (shown,) = asked.value.members()["products"]  # type: ignore[misc]
    assert (shown["before_minor"], shown["after_minor"]) == (1200, 1050)
