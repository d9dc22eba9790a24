"""The tax of the lines of an order: by their rules, rounded by line or once per rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from app.catalog.pricing.rows import ItemisedPrice, PriceRow
from app.catalog.pricing.subject import LineToPrice
from app.catalog.properties import Price
from app.core.translations import _
from app.tax.document import Amount, taxes_of_document
from app.tax.rule import Rate, TaxRule, percent_words

#: The row that takes the tax out of prices which were typed with it.
INCLUDED = "tax_included"


def own_rate(price: Price) -> Rate | None:
    """Return the rate that a product names for itself, as products did before there were tax classes."""
    if price.tax_permille is None:
        return None
    percent = Decimal(price.tax_permille) / 10
    return Rate(class_key="own", country="", percent=percent, label=price.tax_label)


def rule_of(line: LineToPrice) -> TaxRule:
    """Return the line's tax rule: that of its terms, else its product's own rate."""
    if line.terms.tax is not None:
        return line.terms.tax
    own = own_rate(line.rule)
    if own is None:
        return TaxRule(kind="missing", label=_("Tax"))
    return TaxRule(percent=own.percent, label=f"{own.label} {percent_words(own.percent)}")


def with_taxes(
    lines: Sequence[LineToPrice], prices: Sequence[ItemisedPrice], entered: Mapping[int, int]
) -> list[ItemisedPrice]:
    """Return the prices with their taxes, which are those of the whole order. `entered`: index of a line → the
    net that staff set for it, of which its tax then is. Prices that were typed with tax get the row that takes
    it out, so that their rows add up to the net."""
    amounts = [
        Amount(entered[index], rule_of(line))
        if index in entered
        else _amount(line, price.net_minor)
        for index, (line, price) in enumerate(zip(lines, prices, strict=True))
    ]
    rounding = lines[0].terms.tax_rounding if lines else "line"
    found = taxes_of_document(amounts, rounding).lines
    taxed = []
    for index, (line, price) in enumerate(zip(lines, prices, strict=True)):
        rule, tax = amounts[index].rule, found[index]
        rows = price.rows
        if index not in entered and (taken := price.net_minor - tax.net_minor):
            rows = (*rows, _included(line, price.net_minor, taken))
        taxed.append(
            replace(
                price, rows=rows, tax=rule, tax_minor=tax.tax_minor, tax_label=rule.label,
                tax_note=rule.note,
            )
        )  # fmt: skip
    return taxed


def _amount(line: LineToPrice, typed_minor: int) -> Amount:
    """Return what a line's typed price is for its tax. Where the tax in it is not the one that is paid (it goes
    abroad, the customer is exempt), the net is what remains without it."""
    rule, included = rule_of(line), line.terms.tax_included
    if not included:
        return Amount(typed_minor, rule)
    if included == rule.percent:
        return Amount(typed_minor, rule, is_gross=True)
    return Amount(typed_minor - TaxRule(percent=included).included_minor(typed_minor), rule)


def _included(line: LineToPrice, typed_minor: int, taken_minor: int) -> PriceRow:
    percent = line.terms.tax_included or Decimal(0)
    how = _(
        "%(percent)s are included in %(money)s: %(money)s × %(rate)s ÷ %(whole)s",
        percent=percent_words(percent), money=line.money(typed_minor),
        rate=f"{percent.normalize():f}", whole=f"{(100 + percent).normalize():f}",
    )  # fmt: skip
    words = _("Tax of %(percent)s that is included above", percent=percent_words(percent))
    return PriceRow(INCLUDED, _("Included tax"), how, -taken_minor, words)
