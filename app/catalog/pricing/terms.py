"""What a price hangs on beside the product and its configuration: price list, rates, promotion, tax.

All of it can be stored as JSON, so that a price is calculated again from what it was made from.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.catalog.properties.price_parts import Break
from app.rates.rate import Rate
from app.tax.rule import TaxRule


class _Term(BaseModel):
    """A frozen part of the terms. An unknown name is kept: terms are sealed with a quote."""

    model_config = ConfigDict(frozen=True, extra="allow")


class ListPrice(_Term):
    """What a price list says of one SKU, or of all products of a family (its slug): own breaks, or percent.

    `percent` below zero is a discount.
    """

    sku: str = ""
    family: str = ""
    breaks: tuple[Break, ...] = ()
    percent: Decimal | None = None


class PriceListTerms(_Term):
    """A price list of a customer or group: `percent` on everything, and `entries` that say otherwise."""

    key: str
    name: str
    percent: Decimal = Decimal(0)
    currency: str = ""
    entries: tuple[ListPrice, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None

    def holds(self, on: date) -> bool:
        """Return whether the list is valid on this day; its last day counts."""
        return is_between(on, self.valid_from, self.valid_until)

    def entry_for(self, sku: str, families: tuple[str, ...]) -> ListPrice | None:
        """Return what is said of the SKU, else of the nearest of its `families` (nearest first)."""
        wanted = [("sku", sku), *(("family", family) for family in families)]
        for kind, name in wanted:
            if name and (found := [one for one in self.entries if getattr(one, kind) == name]):
                return found[0]
        return None


class Promotion(_Term):
    """A promotion code: percent or a fixed amount off the net, within its limits.

    Who may use it, and how often, is checked where a code is entered; day, value, quantity and product here. One
    that an order entered on a day holds as it did on that day.
    """

    code: str
    label: str = ""
    percent: Decimal = Decimal(0)
    fixed_minor: int = 0
    valid_from: date | None = None
    valid_until: date | None = None
    min_net_minor: int = 0
    min_quantity: int = 0
    most_minor: int | None = None
    skus: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    entered_on: date | None = None


class PriceTerms(_Term):
    """The terms of one line. `sku` and `families` (slugs, nearest first) are what price lists and promotions
    know the product by. Where `tax` is None the product's own tax rate holds. `tax_included` is the percentage
    that the typed prices hold already, None where they were typed without tax."""

    sku: str = ""
    families: tuple[str, ...] = ()
    price_list: PriceListTerms | None = None
    rates: dict[str, Rate] = Field(default_factory=dict)
    promotion: Promotion | None = None
    tax: TaxRule | None = None
    tax_rounding: Literal["line", "document"] = "line"
    tax_included: Decimal | None = None
    currency: str = ""


def is_between(on: date, first: date | None, last: date | None) -> bool:
    """Return whether a day lies between two others, both included; None is no limit."""
    return (first is None or first <= on) and (last is None or on <= last)
