"""What is priced: a product in one configuration, with everything its price may hang on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from app.catalog.facts import Facts
from app.catalog.pricing.measures import Measures, measures_of
from app.catalog.pricing.terms import ListPrice, PriceTerms
from app.catalog.properties import Break, Choice, Option, Price, Properties, applies
from app.catalog.variant_grid import VariantPieces, pieces_of
from app.core.web.formats import money


@dataclass(frozen=True)
class LineToPrice:
    """One line and its terms. `personalisation` is what was written, `breakdown` variant → pieces."""

    product: Properties
    options: Mapping[str, str]
    quantity: int
    facts: Facts
    on: date
    rush: str = ""
    personalisation: Mapping[str, str] = field(default_factory=dict)
    breakdown: Mapping[str, int] = field(default_factory=dict)
    terms: PriceTerms = field(default_factory=PriceTerms)

    @property
    def rule(self) -> Price:
        return self.product.price

    @cached_property
    def chosen(self) -> list[tuple[Option, Choice]]:
        """Each option with the choice made for it."""
        return self.product.chosen(self.options)

    @cached_property
    def variants(self) -> list[VariantPieces]:
        """The pieces of each variant; empty for a product without."""
        return pieces_of(self.product, self.options, self.breakdown, self.quantity)

    def pieces_meeting(self, only_if: dict[str, list[str]]) -> int:
        """Return to how many pieces a condition on options applies."""
        if self.variants:
            return sum(one.pieces for one in self.variants if applies(only_if, one.options))
        return self.quantity if applies(only_if, self.options) else 0

    @cached_property
    def measures(self) -> Measures:
        """What is known of a piece and of the line."""
        return measures_of(
            self.product,
            self.options,
            self.personalisation,
            self.quantity,
            self.facts,
            self.breakdown,
        )

    @cached_property
    def list_price(self) -> ListPrice | None:
        """What the customer's price list says of this product, None where it says nothing of it alone."""
        found = self.terms.price_list
        if found is None or not found.holds(self.on):
            return None
        return found.entry_for(self.terms.sku, self.terms.families)

    @property
    def breaks(self) -> list[Break]:
        """The breaks that hold for this customer."""
        own = self.list_price.breaks if self.list_price else ()
        return list(own) or self.rule.unit_breaks

    def money(self, minor: int | Decimal) -> str:
        """Return an amount in the currency of the price."""
        return money(minor, self.rule.currency)
