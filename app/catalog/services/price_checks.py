"""Price rules checked before they are saved: every formula is tried on the product it would price."""

from collections.abc import Mapping

from app.catalog.inheritance import RawProperties, raise_faults
from app.catalog.pricing.formula_check import formula_faults
from app.catalog.pricing.language import FormulaFault, parse
from app.catalog.properties import Properties
from app.core.clock import shop_day
from app.rates.services import rates_on


def check_expressions(properties: RawProperties) -> None:
    """Raise BadInput at the field of each formula in own properties that can't be read."""
    price = properties.get("price")
    formulas = price.get("formulas") if isinstance(price, Mapping) else None
    faults = {}
    for place, formula in enumerate(formulas if isinstance(formulas, list) else []):
        text = formula.get("expression") if isinstance(formula, Mapping) else None
        if isinstance(text, str) and text:
            try:
                parse(text)
            except FormulaFault as fault:
                faults[f"price.formulas.{place}.expression"] = str(fault)
    raise_faults(faults)


def check_formulas(terms: Properties) -> None:
    """Raise BadInput at the field of each formula that can't price this product."""
    raise_faults(faults_of_formulas(terms))


def faults_of_formulas(terms: Properties) -> dict[str, str]:
    """Return path → sentence for each formula that can't price this product."""
    if not terms.price.formulas:
        return {}
    day = shop_day()
    checks = formula_faults(terms, rates_on(day), day)
    return {path: check.fault for path, check in checks.items() if check.fault}
