"""Rows by formulas."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from app.catalog.pricing.language import FormulaFault, NotKnown, Value, parse
from app.catalog.pricing.names import Named, described, names_of, names_offered
from app.catalog.pricing.rows import PriceRow
from app.catalog.pricing.subject import LineToPrice
from app.catalog.properties import Formula
from app.core.money import exponent, half_up
from app.core.translations import _
from app.core.web.formats import day
from app.core.web.formats import quantity as grouped


def formula_rows(line: LineToPrice) -> Iterator[PriceRow | str]:
    """Yield the row of each formula that applies, or the sentence why it can't be calculated."""
    found = [one for one in line.rule.formulas if line.pieces_meeting(one.only_if)]
    if not found:
        return
    from app.catalog.pricing.evaluator import evaluate

    names, offered = names_of(line), names_offered(line.product, line.terms.rates)
    for formula in found:
        try:
            result = evaluate(formula.expression, names)
        except NotKnown as missing:
            yield _missing(line, formula, str(missing), offered)
        except FormulaFault as fault:
            yield _("“%(label)s” can't be calculated. %(why)s", label=formula.label, why=str(fault))
        else:
            used = {name: names[name] for name in parse(formula.expression).names}
            yield _row(line, formula, result, used, offered)


def amount_minor(result: Decimal, currency: str) -> int:
    """Return the result of a formula, which is in whole units of the currency, in minor units."""
    return half_up(result.scaleb(exponent(currency)))


def _row(
    line: LineToPrice,
    formula: Formula,
    result: Decimal,
    inputs: Mapping[str, Value | None],
    offered: Mapping[str, Named],
) -> PriceRow:
    amount = amount_minor(result, line.rule.currency)
    sum_ = line.money(amount)
    if formula.per == "piece":
        pieces = line.pieces_meeting(formula.only_if)
        sum_ = words = f"{line.money(amount)} × {grouped(pieces)}"
        amount *= pieces
        sum_ += f" = {line.money(amount)}"
    elif inputs:
        labels = ", ".join(str(offered[name].label) for name in inputs)
        words = _("calculated from %(inputs)s", inputs=labels)
    else:
        words = _("once")
    with_ = ", ".join(
        described(name, value, offered) + _origin(line, name) for name, value in inputs.items()
    )
    how = _("Formula %(text)s", text=formula.expression)
    how = f"{how} ({with_}): {sum_}" if with_ else f"{how}: {sum_}"
    return PriceRow(f"formula.{formula.key}", formula.label, how, amount, words)


def _origin(line: LineToPrice, name: str) -> str:
    """Return who published a rate and the day that it holds from; "" for any other name."""
    rate = line.terms.rates.get(name.removeprefix("rate.")) if name.startswith("rate.") else None
    parts = [rate.source, day(rate.on) if rate.on else ""] if rate else []
    words = ", ".join(filter(None, parts))
    return f" ({words})" if words else ""


def _missing(line: LineToPrice, formula: Formula, name: str, offered: Mapping[str, Named]) -> str:
    rate = line.terms.rates.get(name.removeprefix("rate.")) if name.startswith("rate.") else None
    if rate is not None:
        return _("“%(label)s” can't be calculated: the rate of %(rate)s is in %(currency)s.",
                 label=formula.label, rate=rate.label or rate.key, currency=rate.currency)  # fmt: skip
    label = offered[name].label if name in offered else name
    return _("The price depends on a value that is not known yet: %(name)s.", name=label)
