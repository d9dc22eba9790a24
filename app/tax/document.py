"""The taxes of a whole document: of its lines' amounts, rounded by line or once per rate.

Rounded by document, the tax of a rate is its percentage of the sum of the nets, rounded once: EN 16931-1,
BR-CO-17 (VAT category tax amount = category taxable amount x category rate / 100, rounded to the minor unit),
with BR-CO-14 (the document's tax is the sum of these). Each line then shows a share of it, by the largest
remainder, so that the shares add up to it.

Amounts that include tax (prices typed with it): their tax is taken out of them, and the net is what remains, so
that net and tax together are exactly what was typed. By document this is done once with each rate's sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Literal

from app.core.money import half_up
from app.tax.rule import TaxRule

Rounding = Literal["line", "document"]


@dataclass(frozen=True)
class Amount:
    """What a line comes to, in minor units, with its tax rule. `is_gross`: the tax is in it."""

    minor: int
    rule: TaxRule
    is_gross: bool = False

    @property
    def exact_tax(self) -> Decimal:
        """The line's tax before it is rounded."""
        below = 100 + self.rule.percent if self.is_gross else Decimal(100)
        return self.minor * self.rule.percent / below


@dataclass(frozen=True)
class LineTax:
    """A line's net and tax, in minor units."""

    net_minor: int
    tax_minor: int


@dataclass(frozen=True)
class RateTax:
    """One rate's row on a paper: what it is taken of and how much it is, in minor units."""

    rule: TaxRule
    net_minor: int
    tax_minor: int


@dataclass(frozen=True)
class DocumentTaxes:
    """The taxes of a document: line by line in the lines' order, and rate by rate."""

    lines: tuple[LineTax, ...]
    rates: tuple[RateTax, ...]

    @property
    def net_minor(self) -> int:
        return sum(row.net_minor for row in self.rates)

    @property
    def tax_minor(self) -> int:
        return sum(row.tax_minor for row in self.rates)

    @property
    def total_minor(self) -> int:
        return self.net_minor + self.tax_minor


def taxes_of_document(amounts: Sequence[Amount], rounding: Rounding = "line") -> DocumentTaxes:
    """Return the taxes of lines with these amounts. Each rate's tax is the sum of its lines' taxes, and the
    net and tax of a line with a gross amount are together exactly that amount."""
    shares = [0] * len(amounts)
    groups: dict[tuple[object, ...], list[int]] = {}
    for place, amount in enumerate(amounts):
        groups.setdefault(amount.rule.row_key, []).append(place)
    for places in groups.values():
        exact = [amounts[place].exact_tax for place in places]
        whole = [half_up(one) for one in exact] if rounding == "line" else _shares(exact)
        for place, share in zip(places, whole, strict=True):
            shares[place] = share
    lines = tuple(
        LineTax(amount.minor - (tax if amount.is_gross else 0), tax)
        for amount, tax in zip(amounts, shares, strict=True)
    )
    rates = tuple(
        RateTax(
            amounts[places[0]].rule,
            sum(lines[place].net_minor for place in places),
            sum(lines[place].tax_minor for place in places),
        )
        for places in groups.values()
    )
    return DocumentTaxes(lines, rates)


def _shares(exact: Sequence[Decimal]) -> list[int]:
    """Return whole parts that add up to the rounded sum of `exact`, each less than one away from its own."""
    floors = [int(one.to_integral_value(ROUND_FLOOR)) for one in exact]
    missing = half_up(sum(exact, Decimal(0))) - sum(floors)
    by_remainder = sorted(range(len(exact)), key=lambda at: floors[at] - exact[at])
    for at in by_remainder[:missing]:
        floors[at] += 1
    return floors
