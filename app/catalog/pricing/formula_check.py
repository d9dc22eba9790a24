"""Checking a formula before it is saved: on the product's sample configuration and at its limits."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from app.catalog.facts import Facts
from app.catalog.pricing.formula_rows import amount_minor
from app.catalog.pricing.language import FormulaFault, NotKnown, parse, unknown_name
from app.catalog.pricing.names import described, names_of, names_offered
from app.catalog.pricing.subject import LineToPrice
from app.catalog.pricing.terms import PriceTerms, Rate
from app.catalog.properties import Formula, Properties, applies
from app.core.translations import _

#: A file as it may come, for what only a file can say.
SAMPLE_FILE = Facts(
    volume_mm3=Decimal(8000),
    bbox_mm=(Decimal(20), Decimal(20), Decimal(20)),
    watertight=True,
    width_mm=Decimal(100),
    height_mm=Decimal(100),
    pages=1,
)
SAMPLE_LETTERS = 12
MOST_TRIED = 80


@dataclass(frozen=True)
class FormulaCheck:
    """What a formula comes to for the product's sample configuration: `amount_minor` of a piece or of the line,
    `inputs` in words; or the sentence `fault` why it can't be saved."""

    amount_minor: int | None = None
    inputs: str = ""
    fault: str = ""


def sample_line(product: Properties, rates: Mapping[str, Rate], on: date) -> LineToPrice:
    """Return the line that formulas are tried on: first choices, the usual quantity, middling texts and numbers."""
    written = {}
    for field in product.personalisation:
        if field.kind == "number":
            low, high = field.minimum, field.maximum
            number = high if low is None else low if high is None else (low + high) / 2
            places = Decimal(1).scaleb(-field.decimals)
            written[field.key] = (
                f"{(number if number is not None else Decimal(100)).quantize(places):f}"
            )
        elif field.kind == "text":
            written[field.key] = "x" * min(field.max_length, SAMPLE_LETTERS)
    return LineToPrice(
        product=product,
        options={option.key: option.choices[0].key for option in product.options},
        quantity=product.quantity.default,
        facts=SAMPLE_FILE,
        on=on,
        personalisation=written,
        terms=PriceTerms(rates=dict(rates)),
    )


def check_formula(
    formula: Formula, product: Properties, rates: Mapping[str, Rate], on: date
) -> FormulaCheck:
    """Return the formula's result for the sample configuration, or why it can't be saved: it can't be read, names
    what there is not, or fails for the sample or at a limit of the product (one piece, no letters, each choice)."""
    from app.catalog.pricing.evaluator import evaluate

    offered = names_offered(product, rates)
    try:
        for name in parse(formula.expression).names:
            if name not in offered:
                raise FormulaFault(unknown_name(name, offered))
        sample = sample_line(product, rates, on)
        for line in _tried(sample):
            if applies(formula.only_if, line.options):
                evaluate(formula.expression, names_of(line))
        names = names_of(_where_it_applies(sample, formula))
        result = evaluate(formula.expression, names)
    except NotKnown as missing:
        label = offered[str(missing)].label
        return FormulaCheck(fault=_never_known(str(missing), label))
    except FormulaFault as fault:
        return FormulaCheck(fault=str(fault))
    used = parse(formula.expression).names
    inputs = ", ".join(described(name, names[name], offered) for name in used)
    return FormulaCheck(amount_minor(result, product.price.currency), inputs)


def formula_faults(
    product: Properties, rates: Mapping[str, Rate], on: date
) -> dict[str, FormulaCheck]:
    """Return the path of each formula of a product → its check."""
    return {
        f"price.formulas.{place}.expression": check_formula(formula, product, rates, on)
        for place, formula in enumerate(product.price.formulas)
    }


def _never_known(name: str, label: str) -> str:
    if name.startswith("rate."):
        return _("The rate “%(name)s” is in another currency than the price.", name=name)
    return _("“%(name)s” (%(label)s) is never known for this product.", name=name, label=label)


def _where_it_applies(sample: LineToPrice, formula: Formula) -> LineToPrice:
    wanted = {key: choices[0] for key, choices in formula.only_if.items() if choices}
    return replace(sample, options={**sample.options, **wanted})


def _tried(sample: LineToPrice) -> Iterator[LineToPrice]:
    """Yield the sample and what is at its limits, at most `MOST_TRIED` lines."""
    product, rule = sample.product, sample.product.quantity
    lines = [sample]
    lines += [replace(sample, quantity=count) for count in (rule.minimum, rule.maximum)]
    for option in product.options:
        choices = [choice.key for choice in option.choices] + ([] if option.required else [""])
        lines += [
            replace(sample, options={**sample.options, option.key: choice}) for choice in choices
        ]
    for field in product.personalisation:
        texts: list[str] = []
        if field.kind == "text":
            texts = ["x" * field.max_length] + ([] if field.required else [""])
        elif field.kind == "number":
            texts = [f"{limit:f}" for limit in (field.minimum, field.maximum) if limit is not None]
        lines += [
            replace(sample, personalisation={**sample.personalisation, field.key: text})
            for text in texts
        ]
    yield from lines[:MOST_TRIED]
