"""Money as integers of the currency's minor unit and the one way they are rounded."""

import re
from decimal import ROUND_HALF_UP, Decimal

SIGNS = re.compile(r"[£$€¥]")


def half_up(value: Decimal) -> int:
    """Return `value` as a whole number, halves away from zero (2.5 → 3, −2.5 → −3)."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def exponent(currency: str) -> int:
    """Return how many decimal places the currency has (ISO 4217): 2 for GBP, 0 for JPY."""
    from babel.numbers import get_currency_precision

    return int(get_currency_precision(currency))


def without_currency(text: str, currency: str) -> str:
    """Return a typed amount without a currency's sign, and without the code or symbol of its own currency."""
    from babel.numbers import get_currency_symbol

    symbols = {get_currency_symbol(currency, locale) for locale in ("en", "en_GB")}
    own = sorted({currency, *symbols}, key=len, reverse=True)
    return SIGNS.sub("", re.sub("|".join(map(re.escape, own)), "", text, flags=re.IGNORECASE))


def cash_step_minor(currency: str) -> int:
    """Return the smallest amount that can be paid in cash, in minor units (CLDR): 5 for CHF, 1 for GBP."""
    from babel.core import get_global

    fractions = get_global("currency_fractions")
    digits, _rounding, cash_digits, cash_step = fractions.get(currency, fractions["DEFAULT"])
    return int(max(cash_step, 1) * 10 ** (digits - cash_digits))


def in_cash_minor(minor: int, currency: str) -> int:
    """Return an amount as it is paid in cash, rounded to the nearest step, halves up: CHF 12.33 is 12.35."""
    step = cash_step_minor(currency)
    return int(half_up(Decimal(minor) / step) * step)
