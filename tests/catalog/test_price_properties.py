"""What holds for every price, whatever its rule."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from app.catalog.configuration import Configuration
from app.catalog.facts import Facts
from app.catalog.inheritance import parse
from app.catalog.pricing import PriceInputs, PriceTerms, price_order
from app.catalog.pricing.dearer import dearer_steps
from app.catalog.pricing.terms import PriceListTerms, Promotion, Rate
from app.catalog.properties import Price, Properties
from app.tax.rule import TaxRule

DAY = date(2027, 1, 15)
rates = st.just(Decimal(0)) | st.decimals(0, 500, places=2)
minor = st.just(0) | st.integers(0, 9000)
percent = st.decimals(0, 100, places=1)
units = minor | st.integers(100, 130)
breaks = st.lists(st.integers(1, 2000), max_size=5, unique=True).flatmap(
    lambda starts: st.lists(units, min_size=len(starts), max_size=len(starts)).map(
        lambda units: [
            {"from_quantity": start, "unit_minor": unit}
            for start, unit in zip(sorted(starts), units, strict=True)
        ]
    )
)
KINDS = (
    *("fixed", "per_piece", "percent", "per_m2", "per_m", "per_side", "per_page"),
    *("per_sheet", "per_design", "per_letter"),
)
surcharges = st.lists(st.tuples(st.sampled_from(KINDS), rates), max_size=4).map(
    lambda found: [
        {"key": f"s{place}", "label": "Extra", "kind": kind, "amount": amount}
        for place, (kind, amount) in enumerate(found)
    ]
)
#: Formulas that no more pieces make cheaper, and some that do.
RISING = (
    "area_m2 * 24.5",
    "quantity * 0.3",
    "max(4, ceil(quantity / 12) * 2.2)",
    "letters.text * 0.4",
)
FALLING = ("0 - 3.5", "100 / quantity", "0 - 900 * quantity", "10 - rate.gold * 0.5")


def formulas(texts: tuple[str, ...]) -> st.SearchStrategy[Any]:
    return st.lists(st.sampled_from(texts), max_size=2, unique=True).map(
        lambda found: [
            {"key": f"f{place}", "label": "Formula", "expression": text, "per": "line"}
            for place, text in enumerate(found)
        ]
    )


def rules(texts: tuple[str, ...]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "currency": st.sampled_from(["GBP", "JPY", "KWD"]),
            "breaks": st.sampled_from(["all", "graduated"]),
            "unit_breaks": breaks,
            "setup_minor": minor,
            "setup_per": st.sampled_from(["order", "line", "design"]),
            "per_m2_minor": rates,
            "per_m_minor": rates,
            "per_sheet_minor": rates,
            "per_cm3_minor": st.sampled_from([Decimal(0), Decimal("38.5")]),
            "sheet": st.just(
                {"sheet_width_mm": 450, "sheet_height_mm": 320, "gutter_mm": 2, "margin_mm": 5}
            ),
            "work_prices": st.just([{"key": "laser", "per_minute_minor": "12.5"}]),
            "surcharges": surcharges,
            "formulas": formulas(texts),
            "min_minor": minor,
            "order_min_minor": minor,
            "rush_levels": st.just(
                [{"key": "soon", "label": "Soon", "percent": "12.5", "fixed_minor": 300}]
            ),
            "tax_permille": st.integers(0, 1000),
        }
    )


def product(rule: dict[str, Any]) -> Properties:
    step = {"key": "e", "name": "Engrave", "work_centre": "laser", "minutes_per_unit": "0.35"}
    return parse(
        {
            "price": rule,
            "artwork": {"trim_width_mm": 148, "trim_height_mm": 105},
            "personalisation": [{"key": "text", "label": "Text"}],
            "route": [step],
        }
    )


facts = st.sampled_from(
    [Facts(), Facts(volume_mm3=Decimal("7900.5"), watertight=True), Facts(watertight=False)]
)
lists = st.none() | percent.map(
    lambda value: PriceListTerms(key="trade", name="Trade", percent=-value)
)
promotions = st.none() | st.builds(
    Promotion, code=st.just("SPRING"), percent=percent, fixed_minor=minor
)
taxes = st.none() | percent.map(lambda value: TaxRule(percent=value, label=f"VAT {value} %"))
GOLD = {"gold": Rate(key="gold", value=Decimal("32.40"), currency="GBP", unit="g")}
terms = st.builds(
    PriceTerms, price_list=lists, promotion=promotions, tax=taxes, rates=st.just(GOLD)
)
inputs = st.builds(
    PriceInputs, on=st.just(DAY), rush=st.sampled_from(["", "soon"]), facts=facts, terms=terms
)
lines = st.tuples(
    rules(RISING + FALLING).map(product),
    st.integers(1, 3000),
    st.sampled_from(["", "Ada"]),
    inputs,
)


def priced(found: list[Any]) -> list[Any]:
    to_price = [
        one.line(rule, Configuration(personalisation={"text": text}), quantity)
        for rule, quantity, text, one in found
    ]
    return price_order(to_price)


@settings(max_examples=150)
@given(st.lists(lines, min_size=1, max_size=3))
def test_no_price_is_negative_and_the_rows_add_up_to_the_total(found: list[Any]) -> None:
    for price in priced(found):
        assert price.net_minor == sum(row.amount_minor for row in price.rows)
        assert price.total_minor == price.net_minor + price.tax_minor
        assert min(price.net_minor, price.tax_minor, price.total_minor) >= 0
        assert all(row.key and row.label and row.how and row.words for row in price.rows)
        assert len({row.key for row in price.rows}) == len(price.rows)


@settings(max_examples=100)
@given(st.lists(lines, min_size=1, max_size=3))
def test_the_same_inputs_give_the_same_price_after_they_were_stored(found: list[Any]) -> None:
    stored = TypeAdapter(PriceInputs)
    again = [
        (
            Properties.model_validate_json(rule.model_dump_json()),
            quantity,
            text,
            stored.validate_json(one.model_dump_json(exclude_unset=True)),
        )
        for rule, quantity, text, one in found
    ]
    assert priced(again) == priced(found)


def fair(steps: list[dict[str, int]]) -> list[dict[str, int]]:
    """The same breaks from the first piece on, none of them cheaper than one piece fewer."""
    found: list[dict[str, int]] = []
    for step in steps:
        start, unit = step["from_quantity"], step["unit_minor"]
        if found:
            before = (start - 1) * found[-1]["unit_minor"]
            unit = max(unit, -(-before // start))
        found.append({"from_quantity": start if found else 1, "unit_minor": unit})
    return found


@settings(max_examples=200)
@given(rules(RISING), st.integers(1, 3000), st.integers(1, 3) | st.integers(1, 300), inputs)
def test_more_pieces_never_cost_less_unless_a_break_says_so(
    rule: dict[str, Any], quantity: int, more: int, one: PriceInputs
) -> None:
    terms_ = product(rule | {"unit_breaks": fair(rule["unit_breaks"])})
    assert not dearer_steps(terms_.price)
    fewer, further = (
        priced([(terms_, count, "Ada", one)])[0] for count in (quantity, quantity + more)
    )
    assert further.total_minor >= fewer.total_minor


@given(breaks)
def test_every_break_that_undercuts_one_piece_fewer_is_found(steps: list[dict[str, int]]) -> None:
    price = Price.model_validate({"unit_breaks": steps})
    undercut = [
        after["from_quantity"]
        for before, after in pairwise(steps)
        if (after["from_quantity"] - 1) * before["unit_minor"]
        > after["from_quantity"] * after["unit_minor"]
    ]
    found = dearer_steps(price)
    assert [step.break_quantity for step in found] == undercut
    for step, unit in ((one, _unit(steps, one.from_quantity)) for one in found):
        assert step.from_quantity * unit > step.break_minor
        is_first = step.from_quantity in {one["from_quantity"] for one in steps}
        assert is_first or (step.from_quantity - 1) * unit <= step.break_minor


def _unit(steps: list[dict[str, int]], quantity: int) -> int:
    return next(one["unit_minor"] for one in reversed(steps) if one["from_quantity"] <= quantity)
