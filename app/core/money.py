"""Money as integers of the currency's minor unit and the one way they are rounded."""

from decimal import ROUND_HALF_UP, Decimal


def half_up(value: Decimal) -> int:
    """Return `value` as a whole number, halves away from zero (2.5 → 3, −2.5 → −3)."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def exponent(currency: str) -> int:
    """Return how many decimal places the currency has (ISO 4217): 2 for GBP, 0 for JPY."""
    from babel.numbers import get_currency_precision

    return int(get_currency_precision(currency))
