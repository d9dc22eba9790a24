"""The taxes of a document, by line and by rate."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.money import half_up
from app.tax.document import Amount, LineTax, Rounding, taxes_of_document
from app.tax.rule import TaxRule

PERCENTS = st.sampled_from(
    [Decimal(text) for text in ("0", "5", "7.25", "8.1", "19", "20", "25.5")]
)
NETS = st.lists(st.tuples(st.integers(0, 10**9), PERCENTS), max_size=12)


def rule(percent: Decimal | int) -> TaxRule:
    return TaxRule(percent=Decimal(percent), label=f"VAT {percent} %")


def amounts(of: list[tuple[int, Decimal]], *, is_gross: bool = False) -> list[Amount]:
    return [Amount(minor, rule(percent), is_gross) for minor, percent in of]


def test_three_lines_of_three_pence_differ_by_where_they_are_rounded() -> None:
    lines = [Amount(3, rule(20))] * 3  # 0.6 each, 1.8 together
    assert taxes_of_document(lines, "line").tax_minor == 3
    by_document = taxes_of_document(lines, "document")
    assert by_document.tax_minor == 2
    assert [line.tax_minor for line in by_document.lines] == [1, 1, 0]


def test_each_rate_is_a_row_of_its_own() -> None:
    found = taxes_of_document(
        [Amount(1000, rule(20)), Amount(1000, rule(5)), Amount(500, rule(20))]
    )
    rows = [(row.rule.label, row.net_minor, row.tax_minor) for row in found.rates]
    assert rows == [("VAT 20 %", 1500, 300), ("VAT 5 %", 1000, 50)]
    assert (found.net_minor, found.tax_minor, found.total_minor) == (2500, 350, 2850)


def test_two_reasons_for_no_tax_are_two_rows() -> None:
    export = TaxRule(label="VAT 0 % (export)", note="Export.", kind="export")
    zero = TaxRule(label="VAT 0 %", kind="zero")
    assert len(taxes_of_document([Amount(100, export), Amount(100, zero)]).rates) == 2


def test_a_typed_price_with_tax_in_it_stays_what_was_typed() -> None:
    # no whole net gives 3 with 20 % on it: the tax is taken out of the 3
    assert taxes_of_document([Amount(3, rule(20), is_gross=True)]).lines == (LineTax(2, 1),)


@pytest.mark.parametrize("rounding", ["line", "document"])
@given(of=NETS)
def test_the_lines_the_rates_and_the_document_add_up(
    rounding: Rounding, of: list[tuple[int, Decimal]]
) -> None:
    found = taxes_of_document(amounts(of), rounding)
    assert sum(line.tax_minor for line in found.lines) == found.tax_minor
    assert sum(line.net_minor for line in found.lines) == found.net_minor == sum(n for n, _ in of)
    assert all(abs(line.tax_minor - one.exact_tax) < 1
               for line, one in zip(found.lines, amounts(of), strict=True))  # fmt: skip


@given(of=NETS)
def test_by_document_each_rate_is_its_percentage_of_its_net_rounded_once(
    of: list[tuple[int, Decimal]],
) -> None:
    for row in taxes_of_document(amounts(of), "document").rates:
        assert row.tax_minor == half_up(row.net_minor * row.rule.percent / 100)


@pytest.mark.parametrize("rounding", ["line", "document"])
@given(of=NETS)
def test_prices_typed_with_tax_are_what_is_paid(
    rounding: Rounding, of: list[tuple[int, Decimal]]
) -> None:
    found = taxes_of_document(amounts(of, is_gross=True), rounding)
    assert found.total_minor == sum(minor for minor, _ in of)
    assert [line.net_minor + line.tax_minor for line in found.lines] == [n for n, _ in of]
    assert all(line.net_minor >= 0 and line.tax_minor >= 0 for line in found.lines)
