"""What only stock can lack."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from app.core.errors import Problem
from app.core.translations import _
from app.stock.amounts import plain_text, shown


@dataclass(frozen=True)
class Lack:
    """One item of which more is wanted than is available (in its unit)."""

    sku: str
    name: str
    unit: str
    needed: Decimal
    available: Decimal

    @property
    def sentence(self) -> str:
        return _(
            "%(name)s: %(shown)s %(unit)s needed, %(shown2)s available.",
            name=self.name,
            shown=shown(self.needed),
            unit=self.unit,
            shown2=shown(self.available),
        )

    def as_dict(self) -> dict[str, str]:
        return {
            "sku": self.sku,
            "name": self.name,
            "unit": self.unit,
            "needed": plain_text(self.needed),
            "available": plain_text(self.available),
        }


class Short(Problem):
    """There is not enough; nothing was taken. `lacks` says of what."""

    status = 409
    code = "short"

    def __init__(self, lacks: list[Lack]) -> None:
        super().__init__(
            " ".join(lack.sentence for lack in lacks),
            next_step=_("Receive more, or release what another order holds."),
        )
        self.lacks = lacks
