"""The lines of a quote version: written when it is sent, never changed."""

import uuid
from collections.abc import Iterable
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from app.catalog.configuration import Configuration
from app.catalog.pricing import PriceInputs
from app.tax.rule import TaxRule


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
    what its price was calculated with; lines from before have none. `breakdown` says how many of each variant.

    A sealed row keeps whatever was written into it, so an unknown field stays.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    line_id: uuid.UUID
    product_name: str
    revision_sha256: str = ""
    configuration: Configuration
    quantity: int
    breakdown: str = ""
    rows: list[QuotedRow]
    net_minor: int
    tax_minor: int = 0
    tax_label: str = ""
    inputs: PriceInputs | None = None

    @property
    def tax(self) -> TaxRule | None:
        """The rule of its tax, None for lines from before rules were stored."""
        return self.inputs.terms.tax if self.inputs else None


class TaxRow(BaseModel):
    """One rate on a paper: its amount, what it is taken of, and the sentence that is printed where there is one.

    Quotes from before rates were stored with each line name their label alone.
    """

    model_config = ConfigDict(frozen=True)

    label: str
    tax_minor: int
    net_minor: int | None = None
    percent: Decimal | None = None
    note: str = ""
    kind: str = ""


def tax_rows(lines: Iterable[QuotedLine]) -> list[TaxRow]:
    """Return the rates of these lines with their sums, in the order of the lines."""
    found: dict[tuple[str, str], TaxRow] = {}
    for line in lines:
        rule = line.tax or TaxRule(label=line.tax_label)
        key = (line.tax_label, rule.note)
        row = found.get(key) or TaxRow(label=line.tax_label, tax_minor=0, net_minor=0)
        update: dict[str, object] = {
            "tax_minor": row.tax_minor + line.tax_minor,
            "net_minor": (row.net_minor or 0) + line.net_minor,
        }
        if line.tax:
            update |= {"percent": rule.percent, "note": rule.note, "kind": rule.kind}
        found[key] = row.model_copy(update=update)
    return list(found.values())


def taxes_of(lines: Iterable[QuotedLine]) -> dict[str, int]:
    """Return the name of each rate → its tax in minor units, in the order of the lines."""
    taxes: dict[str, int] = {}
    for line in lines:
        taxes[line.tax_label] = taxes.get(line.tax_label, 0) + line.tax_minor
    return taxes
