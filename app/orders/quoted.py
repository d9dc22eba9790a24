"""The lines of a quote version: written when it is sent, never changed."""

import uuid
from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict

from app.catalog.configuration import Configuration
from app.catalog.pricing import PriceInputs


class QuotedRow(BaseModel):
    """One row of the itemised price: what it is for, how it is calculated, how much (minor units).

    `words` says it briefly for the customer; rows from before have `how` alone, which was that.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    key: str = ""
    label: str
    how: str
    amount_minor: int
    words: str = ""

    @property
    def plain(self) -> str:
        """What the customer reads of how it is calculated."""
        return self.words or self.how


class QuotedLine(BaseModel):
    """A line as it was quoted; amounts in minor units. `revision_sha256` names what it was made from, `inputs`
    what its price was calculated with; lines from before have none.

    A sealed row keeps whatever was written into it, so an unknown field stays.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    line_id: uuid.UUID
    product_name: str
    revision_sha256: str = ""
    configuration: Configuration
    quantity: int
    rows: list[QuotedRow]
    net_minor: int
    tax_minor: int = 0
    tax_label: str = ""
    inputs: PriceInputs | None = None


def taxes_of(lines: Iterable[QuotedLine]) -> dict[str, int]:
    """Return the name of each rate → its tax in minor units, in the order of the lines."""
    taxes: dict[str, int] = {}
    for line in lines:
        taxes[line.tax_label] = taxes.get(line.tax_label, 0) + line.tax_minor
    return taxes
