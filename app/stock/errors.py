"""What only stock can lack."""

from dataclasses import dataclass
from decimal import Decimal

from app.core.errors import Problem
from app.core.translations import _
from app.stock.amounts import format_amount, plain_text
from app.stock.models import StockItem


@dataclass(frozen=True)
class Lack:
    """One item of which more is wanted than is available (in its unit)."""

    item: StockItem
    needed: Decimal
    available: Decimal

    def __str__(self) -> str:
        amounts = {"needed": format_amount(self.needed), "free": format_amount(self.available)}
        amounts |= {"name": self.item.name, "unit": self.item.unit}
        return _("%(name)s: %(needed)s %(unit)s needed, %(free)s available.", **amounts)

    def as_dict(self) -> dict[str, str]:
        """Return the item's SKU, name and unit, and both amounts as text."""
        named = {"sku": self.item.sku, "name": self.item.name, "unit": self.item.unit}
        amounts = {"needed": self.needed, "available": self.available}
        return named | {name: plain_text(value) for name, value in amounts.items()}


class Short(Problem):
    """There is not enough; nothing was taken. `lacks` says of what."""

    status = 409
    code = "short"

    def __init__(self, lacks: list[Lack]) -> None:
        super().__init__(
            " ".join(map(str, lacks)),
            next_step=_("Receive more, or release stock reserved for another order."),
        )
        self.lacks = lacks
