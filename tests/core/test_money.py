"""Minor units by currency, amounts as people type them, and what can be paid in cash."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import BadInput
from app.core.inputs import price_minor
from app.core.money import cash_step_minor, exponent, in_cash_minor
from app.core.web.formats import money

CURRENCIES = ("GBP", "EUR", "JPY", "KWD", "CHF", "SEK")


@pytest.mark.parametrize(
    ("currency", "places", "step"),
    [("GBP", 2, 1), ("JPY", 0, 1), ("KWD", 3, 1), ("CHF", 2, 5), ("SEK", 2, 100)],
)
def test_a_currency_has_its_own_decimals_and_smallest_coin(
    currency: str, places: int, step: int
) -> None:
    assert (exponent(currency), cash_step_minor(currency)) == (places, step)


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("£120.50", "GBP", 12050),
        ("1,200", "JPY", 1200),
        ("¥1200", "JPY", 1200),
        ("CHF 12.50", "CHF", 1250),
        ("1.250 kwd", "KWD", 1250),
        ("12 EUR", "EUR", 1200),
    ],
)
def test_an_amount_is_read_in_its_currencys_minor_units(
    typed: str, currency: str, minor: int
) -> None:
    assert price_minor(typed, currency, "price") == minor


@pytest.mark.parametrize(
    ("typed", "currency"),
    [("120.5", "JPY"), ("1.2345", "KWD"), ("12.345", "CHF"), ("EUR 5", "GBP")],
)
def test_an_amount_that_its_currency_does_not_have_is_refused(typed: str, currency: str) -> None:
    with pytest.raises(BadInput) as caught:
        price_minor(typed, currency, "price")
    assert caught.value.field == "price"


def test_cash_is_rounded_to_the_nearest_coin() -> None:
    found = [in_cash_minor(minor, "CHF") for minor in (1230, 1232, 1233, 1237, 1238)]
    assert found == [1230, 1230, 1235, 1235, 1240]


@given(st.integers(0, 10**9), st.sampled_from(CURRENCIES))
def test_what_is_shown_is_read_back_and_cash_is_at_most_half_a_coin_off(
    minor: int, currency: str
) -> None:
    assert price_minor(money(minor, currency), currency, "price") == minor
    assert abs(in_cash_minor(minor, currency) - minor) * 2 <= cash_step_minor(currency)
