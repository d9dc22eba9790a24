"""The rows of a price, and the price that they add up to."""

from dataclasses import dataclass
from decimal import Decimal

from app.core.money import half_up
from app.core.web.formats import money
from app.tax.rule import TaxRule


@dataclass(frozen=True)
class PriceRow:
    """One row of a price: what it is for, how it is calculated, how much (minor units).

    `how` names rule, inputs and arithmetic, for staff; `words` says the same briefly for the customer.
    """

    key: str
    label: str
    how: str
    amount_minor: int
    words: str = ""


@dataclass(frozen=True)
class ItemisedPrice:
    """An itemised price. `reasons` are sentences why a person must set it; the rows then hold only
    what is known. `is_for_staff`: the rows are an estimate that customers don't see."""

    currency: str
    rows: tuple[PriceRow, ...]
    tax_minor: int = 0
    tax_label: str = ""
    reasons: tuple[str, ...] = ()
    is_for_staff: bool = False
    tax_note: str = ""
    tax: TaxRule | None = None

    @property
    def net_minor(self) -> int:
        return sum(row.amount_minor for row in self.rows)

    @property
    def total_minor(self) -> int:
        return self.net_minor + self.tax_minor

    @property
    def needs_person(self) -> bool:
        """Whether a person must set or confirm this price."""
        return bool(self.reasons)


def times(amount_minor: Decimal, count: int) -> int:
    """Return the amount of one piece, rounded to the minor unit, as often as there are pieces."""
    return half_up(amount_minor) * count


def percent_of(amount_minor: int, percent: Decimal) -> int:
    """Return so many percent of an amount, rounded half up."""
    return half_up(amount_minor * percent / 100)


def written(amount_minor: int | Decimal, currency: str) -> str:
    """Return an amount as people read it."""
    return money(amount_minor, currency)
