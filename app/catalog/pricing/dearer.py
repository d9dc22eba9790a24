"""Quantity breaks at which more pieces cost less: allowed where the shop means it, and shown."""

from dataclasses import dataclass
from itertools import pairwise

from app.catalog.properties import Price
from app.core.translations import _
from app.core.web.formats import money
from app.core.web.formats import quantity as grouped


@dataclass(frozen=True)
class DearerStep:
    """From `from_quantity` up to the break at `break_quantity`, as many pieces cost more than there."""

    from_quantity: int
    break_quantity: int
    at_quantity: int
    at_minor: int
    break_minor: int
    currency: str

    def __str__(self) -> str:
        amounts = {
            "at": grouped(self.at_quantity),
            "at_price": money(self.at_minor, self.currency),
            "least": grouped(self.break_quantity),
            "least_price": money(self.break_minor, self.currency),
            "first": grouped(self.from_quantity),
        }
        return _(
            "%(at)s pieces cost %(at_price)s, %(least)s only %(least_price)s: from %(first)s pieces on, "
            "the next break is cheaper.",
            **amounts,
        )


def dearer_steps(price: Price) -> list[DearerStep]:
    """Return each break at which more pieces cost less in total than fewer do; none for graduated breaks."""
    if price.breaks == "graduated":
        return []
    found = []
    for before, after in pairwise(price.unit_breaks):
        at_break = after.from_quantity * after.unit_minor
        last = after.from_quantity - 1
        if last * before.unit_minor > at_break:
            first = max(before.from_quantity, at_break // before.unit_minor + 1)
            found.append(
                DearerStep(
                    from_quantity=first,
                    break_quantity=after.from_quantity,
                    at_quantity=last,
                    at_minor=last * before.unit_minor,
                    break_minor=at_break,
                    currency=price.currency,
                )
            )
    return found
