"""Amounts as people and programs write them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from app.core.errors import BadInput
from app.core.web.formats import quantity

THOUSANDTH = Decimal("0.001")
LARGEST = Decimal(10) ** 10


def amount(value: Decimal | int | str, *, field: str = "quantity", zero: bool = False) -> Decimal:
    """Return `value` with three decimals; raise BadInput unless it is positive (or 0 with `zero`)."""
    try:
        number = Decimal(str(value).strip().replace(",", ""))
        exact = number.quantize(THOUSANDTH)
    except InvalidOperation:
        raise BadInput(f"“{value}” is not an amount.", field=field) from None
    if number != exact:
        raise BadInput(f"“{value}” has more than three decimals.", field=field)
    if not (exact > 0 or (zero and exact == 0)) or exact >= LARGEST:
        least = "0 or more" if zero else "more than 0"
        raise BadInput(f"The amount must be {least}; “{value}” is not.", field=field)
    return exact


def plain_text(number: Decimal) -> str:
    """Return an amount for a machine to read again, without idle zeros: 1800 or 9.2."""
    return f"{number:.3f}".rstrip("0").rstrip(".")


def shown(number: Decimal) -> str:
    """Return an amount without idle zeros, thousands apart: 1,800 or 9.2."""
    return quantity(round(number, 3))
