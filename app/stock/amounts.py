"""Amounts as people and programs write them."""

from decimal import Decimal, InvalidOperation

from app.core.errors import BadInput
from app.core.numbers import read_decimal, shorten
from app.core.translations import _
from app.core.web.formats import quantity

THOUSANDTH = Decimal("0.001")
LARGEST = Decimal(10) ** 10


def amount(value: Decimal | int | str, *, field: str = "quantity", zero: bool = False) -> Decimal:
    """Return `value` with three decimals; raise BadInput unless it is positive (or 0 with `zero`)."""
    shown = shorten(value)
    try:
        number = read_decimal(value, 3) if isinstance(value, str) else Decimal(value)
        exact = number.quantize(THOUSANDTH)
    except InvalidOperation:
        raise BadInput(_("“%(value)s” is not an amount.", value=shown), field=field) from None
    except ValueError as fault:
        raise BadInput(str(fault), field=field) from None
    if number != exact:
        raise BadInput(_("“%(value)s” has more than three decimals.", value=shown), field=field)
    if not (exact > 0 or (zero and exact == 0)) or exact >= LARGEST:
        least = _("0 or more") if zero else _("more than 0")
        raise BadInput(
            _("The amount must be %(least)s; “%(value)s” is not.", least=least, value=shown),
            field=field,
        )
    return exact


def plain_text(number: Decimal) -> str:
    """Return an amount for a machine to read again, without idle zeros: 1800 or 9.2."""
    return f"{number:.3f}".rstrip("0").rstrip(".")


def format_amount(number: Decimal) -> str:
    """Return an amount without idle zeros, thousands apart: 1,800 or 9.2."""
    return quantity(round(number, 3))
