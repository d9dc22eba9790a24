"""Money as integers of the currency's minor unit, and the one way amounts are rounded and said."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

LOCALE = "en_GB"


def half_up(value: Decimal) -> int:
    """Return `value` as a whole number, halves away from zero (2.5 → 3, −2.5 → −3)."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def exponent(currency: str) -> int:
    """Return how many decimal places the currency has (ISO 4217): 2 for GBP, 0 for JPY."""
    from babel.numbers import get_currency_precision

    return int(get_currency_precision(currency))


def say(minor: int | Decimal, currency: str, *, locale: str = LOCALE) -> str:
    """Return an amount of minor units in words of the locale: ``say(142, "GBP")`` is “£1.42”.

    A rate finer than the minor unit keeps its digits: ``say(Decimal("3.85"), "GBP")`` is “£0.0385”.
    """
    from babel.numbers import format_currency

    major = Decimal(minor).scaleb(-exponent(currency))
    is_whole = Decimal(minor) == Decimal(minor).to_integral_value()
    text = format_currency(major, currency, locale=locale, decimal_quantization=is_whole)
    return text.replace("-", "−")
