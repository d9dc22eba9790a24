"""What people type is read as they mean it; what could be two numbers, or is none, is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.core.errors import BadInput
from app.core.inputs import price_minor
from app.core.numbers import read_decimal, read_whole
from app.stock.amounts import amount

NONE = ("", " ", "x", "9" * 5000, "1e5", "NaN", "∞", "Infinity", "0x10", "10²", "½", "1_000", "--1")


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("300", 300), (" 300", 300), ("300\t", 300), ("007", 7), ("0", 0), ("+5", 5),
        ("1,000", 1000), ("1 000", 1000), ("1\u00a0000", 1000), ("1\u202f000", 1000),
        ("1'000", 1000), ("1’000", 1000), ("12,345,678", 12345678), ("１，０００", 1000),
    ],
)  # fmt: skip
def test_a_count_is_read_as_it_is_meant(typed: str, number: int) -> None:
    assert read_whole(typed) == number


@pytest.mark.parametrize(
    "typed",
    [
        *NONE,
        "1.000",
        "1,00",
        "1,0000",
        ",100",
        "1,000 000",
        "-0",
        "-5",
        "12.0",
        "1234567890",
        "٣٠٠",
    ],
)
def test_what_is_no_count_or_may_be_another_is_none(typed: str) -> None:
    assert read_whole(typed) is None


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1.5", "1.5"), ("1,5", "1.5"), (".5", "0.5"), ("0,500", "0.5"), ("12.345", "12.345"),
        ("1,200.50", "1200.5"), ("1.200,50", "1200.5"), ("1 200,50", "1200.5"), ("1'200", "1200"),
        ("1,000,000", "1000000"), ("1.000.000", "1000000"), ("-3", "-3"), ("−3", "-3"), ("-0", "0"),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_it_is_meant(typed: str, number: str) -> None:
    read = read_decimal(typed, 3)
    assert (read, read.is_signed()) == (Decimal(number), number.startswith("-"))


@pytest.mark.parametrize("typed", [*NONE, "1.2.3", "5.", "1,23,456"])
def test_what_is_no_amount_is_said_in_a_short_sentence(typed: str) -> None:
    with pytest.raises(ValueError, match="is not an amount") as fault:
        read_decimal(typed, 3)
    assert len(str(fault.value)) < 120


def test_an_amount_that_may_be_two_is_asked_about_where_it_has_three_decimals() -> None:
    for read in (lambda: amount("1,000"), lambda: price_minor("1,250", "KWD", "price")):
        with pytest.raises(BadInput, match=r"two ways: enter 1(000|250) or 1\.(000|250)"):
            read()
    assert price_minor("1,250", "GBP", "price") == 125_000
    assert amount("1 000") == 1000


@pytest.mark.parametrize("typed", ["1.000", "12.345", "-5", "1e9"])
def test_a_price_with_decimals_that_its_currency_lacks_is_refused(typed: str) -> None:
    with pytest.raises(BadInput, match="is not an amount"):
        price_minor(typed, "GBP", "price")


def test_a_price_may_have_its_currency_sign_and_a_decimal_comma() -> None:
    for typed in ("£120.50", "120,50 €", " 120.50", "$120.5"):
        assert price_minor(typed, "GBP", "price") == 12_050
