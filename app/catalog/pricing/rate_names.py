"""Which rates a price hangs on."""

from collections.abc import Mapping

from app.catalog.pricing.language import FormulaFault, parse
from app.catalog.properties import Price
from app.rates.rate import Rate

PREFIX = "rate."


def rate_keys(rule: Price) -> set[str]:
    """Return the keys of the rates that the rule's formulas name."""
    found: set[str] = set()
    for formula in rule.formulas:
        try:
            names = parse(formula.expression).names
        except FormulaFault:
            continue
        found |= {name.removeprefix(PREFIX) for name in names if name.startswith(PREFIX)}
    return found


def rates_for(rule: Price, rates: Mapping[str, Rate]) -> dict[str, Rate]:
    """Return those of the rates that the rule's formulas name: no others belong into the terms of a price."""
    return {key: rates[key] for key in sorted(rate_keys(rule)) if key in rates}
