"""The language of price formulas, and what is checked before one is saved."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalog.inheritance import parse
from app.catalog.pricing.evaluator import evaluate
from app.catalog.pricing.formula_check import check_formula
from app.catalog.pricing.language import FormulaFault, NotKnown
from app.catalog.pricing.terms import Rate
from app.catalog.properties import Formula, Properties
from app.core.web.formats import money

DAY = date(2027, 1, 15)
NAMES = {
    "area_m2": Decimal("0.0155"),
    "quantity": Decimal(250),
    "option.paper": "cotton",
    "weight_g": None,
    "rate.gold_9ct": Decimal("32.40"),
    "letters.text": Decimal(0),
}
GOLD = Rate(key="gold_9ct", value=Decimal("32.40"), currency="GBP", unit="g", label="Gold 9 ct")


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("area_m2 * 24.5", "0.37975"),
        ("0.1 + 0.2", "0.3"),
        ('if(option.paper == "cotton", 1.10, 0.90)', "1.10"),
        ('IF(option.paper in ("cotton", "foil"), 1, 2)', "1"),
        ("if(letters.text > 0, 1 / letters.text, 0)", "0"),
        ("max(1, quantity / 100)", "2.5"),
        ("ceil(quantity, 12)", "252"),
        ("floor(quantity / 100)", "2"),
        ("round(2.345, 2)", "2.35"),
        ("abs(-3) ** 2", "9"),
        ("rate.gold_9ct * 2.5", "81.000"),
        ("1 if quantity > 3 and not quantity > 900 else 2", "1"),
    ],
)
def test_a_formula_is_calculated_in_decimals(text: str, result: str) -> None:
    assert evaluate(text, NAMES) == Decimal(result)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1 / letters.text", "The formula divides by zero."),
        ("quantity % 0", "divides by zero"),
        ("10 ** 11", "A power is at most 10."),
        ("9 ** 9 ** 9", "A power is at most 10."),
        ("1000000000 * 1000000000", "too large"),
        ("1e999", "too large"),
        ("2 ^ 3", "write ** for powers"),
        ("quantity = 2", "write == to compare"),
        ("aera_m2", "There is no “aera_m2”. Did you mean area_m2?"),
        ("option.paper * 2", "“cotton” is a text, not a number."),
        ("quantity > 1", "must be an amount"),
        ('quantity == "x"', "A text is compared with a number."),
        ("not quantity", "A condition must compare"),
        ("if(1, 2)", "wrong number of values"),
        ("sqrt(2)", "There is no such function. There are: min, max"),
        ("(((((1", "can't be read"),
        ("", "can't be read"),
        ("+".join(["1"] * 120), "too many parts"),
        ("1 +" + " " * 600 + "1", "longer than 500"),
        ("round(1, 99)", "0 to 12"),
    ],
)
def test_a_formula_that_has_no_result_says_why(text: str, sentence: str) -> None:
    with pytest.raises(FormulaFault, match=r".") as fault:
        evaluate(text, NAMES)
    assert sentence in str(fault.value)


@pytest.mark.parametrize(
    "text",
    [
        '__import__("os").system("true")',
        "().__class__.__bases__",
        "quantity.__class__",
        "option.paper.format",
        "[x for x in (1, 2)]",
        "lambda: 1",
        'f"{quantity}"',
        "max(*quantity)",
        "(x := 3)",
        "{1: 2}",
        "quantity[0]",
        "None",
        "...",
    ],
)
def test_nothing_but_sums_is_part_of_the_language(text: str) -> None:
    with pytest.raises(FormulaFault):
        evaluate(text, NAMES)


def test_a_fact_that_is_not_known_yet_is_not_a_fault_of_the_formula() -> None:
    with pytest.raises(NotKnown):
        evaluate("weight_g * 2", NAMES)


@given(st.text(alphabet="()*/+-%<>=., 0123456789aeifmnqtuy\"'_", max_size=60))
def test_any_text_ends_as_an_amount_or_a_sentence(text: str) -> None:
    try:
        result = evaluate(text, NAMES)
    except FormulaFault:
        return
    assert result.is_finite()


def glass(**more: Any) -> Properties:
    return parse(
        {
            "options": [
                {
                    "key": "glass",
                    "label": "Glass",
                    "choices": [
                        {"key": "tumbler", "label": "Tumbler", "width_mm": 80, "height_mm": 90},
                        {"key": "flute", "label": "Flute", "width_mm": 60, "height_mm": 200},
                    ],
                }
            ],
            "personalisation": [
                {"key": "text", "label": "Engraving", "max_length": 40},
                {
                    "key": "depth",
                    "label": "Depth",
                    "kind": "number",
                    "unit": "mm",
                    "minimum": 0,
                    "maximum": 4,
                },
            ],
            "quantity": {"default": 6, "maximum": 500},
        }
        | more
    )


def checked(expression: str, **more: Any) -> Any:
    formula = Formula(key="engraving", label="Engraving", expression=expression, **more)
    return check_formula(formula, glass(), {"gold_9ct": GOLD}, DAY)


def test_a_formula_that_is_fine_tells_what_it_comes_to_for_the_sample() -> None:
    found = checked("2.50 + 0.10 * letters.text + area_m2 * 40")
    assert (found.fault, money(found.amount_minor)) == ("", "£3.99")
    assert found.inputs == "letters: Engraving 12, area 0.0072 m²"


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ("letters.txt * 2", "There is no “letters.txt”. Did you mean letters.text"),
        ("10 / letters.text", "The formula divides by zero."),
        ("10 / depth", "The formula divides by zero."),
        ('if(option.glass == "flute", 1 / 0, 2)', "The formula divides by zero."),
        ("(quantity * 1000) ** 3", "too large"),
        ("option.glass + 1", "is a text, not a number"),
        ("weight_g * rate.gold_9ct", "“weight_g” (weight) is never known for this product."),
        ("rate.gold_18ct * 2", "Did you mean rate.gold_9ct"),
    ],
)
def test_a_formula_that_fails_at_a_limit_of_the_product_is_not_saved(
    expression: str, sentence: str
) -> None:
    assert sentence in checked(expression).fault


def test_a_formula_is_tried_where_it_applies_only() -> None:
    only = {"only_if": {"glass": ["tumbler"]}}
    assert checked('if(option.glass == "flute", 1 / 0, 2)', **only).fault == ""
