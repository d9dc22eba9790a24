"""How many pieces: what was typed, within the limits of the product."""

from app.catalog.properties import Quantity
from app.core.errors import BadInput
from app.core.numbers import read_whole
from app.core.translations import _
from app.core.web.formats import quantity


def limits_of(rule: Quantity) -> str:
    """Return how many one may order: ``10 to 500 in steps of 10``."""
    least, most = quantity(rule.minimum), quantity(rule.maximum)
    steps = _(" in steps of %(step)s", step=quantity(rule.step)) if rule.step > 1 else ""
    return _("%(minimum)s to %(maximum)s", minimum=least, maximum=most) + steps


def read_quantity(value: object) -> int | None:
    """Return how many pieces were typed, or given as a whole number; None for anything else."""
    if isinstance(value, str):
        return read_whole(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value < 10**9 else None


def validate_quantity(rule: Quantity, value: object) -> int:
    """Return `value` as a whole number within `rule`; raise BadInput that names the limits."""
    limits = limits_of(rule)
    number = read_quantity(value)
    if number is None:
        fault = _("The quantity must be a whole number, %(limits)s.", limits=limits)
        raise BadInput(fault, field="quantity")
    if not rule.minimum <= number <= rule.maximum or (number - rule.minimum) % rule.step:
        wrong = quantity(number)
        fault = _("%(number)s can't be ordered. Order %(limits)s.", number=wrong, limits=limits)
        raise BadInput(fault, field="quantity")
    return number
