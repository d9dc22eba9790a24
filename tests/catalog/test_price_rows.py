"""Each kind of row of a price: its amount, and the rule and the sum that it names."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.catalog.facts import Facts
from app.catalog.inheritance import parse
from app.catalog.pricing import PriceTerms, price_line
from app.catalog.pricing.adjustments import ready_on, rush_words
from app.catalog.pricing.dearer import dearer_steps
from app.catalog.pricing.imposition import pieces_per_sheet, sheets_used
from app.catalog.pricing.terms import ListPrice, PriceListTerms, Promotion, Rate
from app.catalog.properties import Price, Properties, RushLevel, Sheet
from app.inspection.file_facts import FileFacts
from app.tax.rule import TaxRule

DAY = date(2027, 1, 15)  # a Friday
EACH = {"unit_breaks": [{"from_quantity": 1, "unit_minor": 1000}]}
A4 = {"trim_width_mm": 210, "trim_height_mm": 297}


def product(price: dict[str, Any] | None = None, **more: Any) -> Properties:
    return parse({"price": {"currency": "GBP"} | (price or {})} | more)


def rows(
    rule: Properties, quantity: int = 1, facts: Facts | None = None, **more: Any
) -> dict[str, tuple[int, str]]:
    options = more.pop("options", {})
    found = price_line(rule, options, quantity, facts, on=DAY, **more)
    assert not found.reasons, found.reasons
    return {row.key: (row.amount_minor, row.how) for row in found.rows}


def test_graduated_breaks_price_each_tier_at_its_own_price() -> None:
    steps = [
        {"from_quantity": 1, "unit_minor": 200},
        {"from_quantity": 50, "unit_minor": 150},
        {"from_quantity": 100, "unit_minor": 100},
    ]
    rule = product({"breaks": "graduated", "unit_breaks": steps})
    assert rows(rule, 120) == {
        "pieces.1": (9800, "Price of pieces 1 to 49: £2.00 × 49 = £98.00"),
        "pieces.50": (7500, "Price of pieces 50 to 99: £1.50 × 50 = £75.00"),
        "pieces.100": (2100, "Price of pieces 100 to 120: £1.00 × 21 = £21.00"),
    }
    assert rows(rule, 49) == {"pieces": (9800, "Price per piece from 1: £2.00 × 49 = £98.00")}


def test_area_and_outline_are_priced_by_the_trim_size() -> None:
    rule = product({"per_m2_minor": 2500, "per_m_minor": 100}, artwork=A4)
    assert rows(rule, 10) == {
        "area": (1560, "Price per m²: 0.0624 m² × £25.00 = £1.56, × 10 = £15.60"),
        "perimeter": (
            1010,
            "Price per metre of outline: 1.014 m × £1.00 = £1.01, × 10 = £10.10",
        ),
    }


SIZES = [
    {"key": "w", "label": "Width", "kind": "number", "unit": "cm", "measure": "width_mm"},
    {"key": "h", "label": "Height", "kind": "number", "unit": "mm", "measure": "height_mm"},
]


def test_a_typed_size_comes_before_that_of_the_file() -> None:
    rule = product({"per_m2_minor": 1000}, personalisation=SIZES)
    file = Facts.of(FileFacts(width_mm=500, height_mm=500))
    assert rows(rule, facts=file)["area"][0] == 250
    assert rows(rule, facts=file, personalisation={"w": "100", "h": "500"})["area"][0] == 500
    assert price_line(rule, {}, 1, None, on=DAY).reasons == (
        "The price depends on the width and height, which are not known yet.",
    )


def test_a_page_is_measured_by_its_trim_box() -> None:
    page = {"media_mm": (216, 303), "trim_mm": (210, 297)}
    file = Facts.of(FileFacts.model_validate({"pages": 2, "page_facts": [page]}))
    assert (file.width_mm, file.height_mm, file.pages) == (210, 297, 2)
    assert rows(product({"per_page_minor": 50}), 3, file) == {
        "pages": (300, "Price per page: 2 pages × £0.50 = £1.00, × 3 = £3.00")
    }


@pytest.mark.parametrize(
    ("width_mm", "height_mm", "count"),
    [(148, 105, 8), (105, 148, 8), (297, 420, 1), (440, 310, 1), (450, 320, 0), (85, 55, 25)],
)
def test_pieces_are_laid_out_on_a_sheet_in_the_better_of_two_ways(
    width_mm: int, height_mm: int, count: int
) -> None:
    sheet = Sheet(sheet_width_mm=450, sheet_height_mm=320, gutter_mm=2, margin_mm=5)
    assert pieces_per_sheet(sheet, Decimal(width_mm), Decimal(height_mm)) == count


def test_sheets_are_counted_whole() -> None:
    assert [sheets_used(quantity, 1, 8) for quantity in (1, 8, 9, 250)] == [1, 1, 2, 32]
    sheet = {"sheet_width_mm": 450, "sheet_height_mm": 320, "gutter_mm": 2, "margin_mm": 5}
    rule = product(
        {"per_sheet_minor": 45, "sheet": sheet},
        artwork={"trim_width_mm": 148, "trim_height_mm": 105},
    )
    assert rows(rule, 250) == {
        "sheets": (
            1440,
            "Price per sheet of 450 × 320 mm, 8 pieces each: 32 × £0.45 = £14.40",
        )
    }
    large = product({"per_sheet_minor": 45, "sheet": sheet}, artwork=A4 | {"trim_height_mm": 600})
    assert price_line(large, {}, 1, on=DAY).reasons == (
        "A piece of 210 × 600 mm doesn't fit on a sheet of 450 × 320 mm.",
    )


def test_minutes_at_a_work_centre_are_those_of_the_route() -> None:
    route = [
        {
            "key": "engrave",
            "name": "Engrave",
            "work_centre": "laser",
            "setup_minutes": 10,
            "minutes_per_unit": 1.5,
        }
    ]
    rule = product({"work_prices": [{"key": "laser", "per_minute_minor": 60}]}, route=route)
    assert rows(rule, 6) == {
        "minutes.laser": (
            1140,
            "Minutes at Laser, set-up included: 19 min × £0.60 = £11.40",
        )
    }


PAPER = {
    "key": "paper",
    "label": "Paper",
    "choices": [{"key": "plain", "label": "Plain"}, {"key": "foil", "label": "Foil", "sides": 2}],
}


@pytest.mark.parametrize(
    ("kind", "amount", "how"),
    [
        ("fixed", 500, "Surcharge once per item: £5.00"),
        ("per_piece", 2000, "Surcharge per piece: £5.00 × 4 = £20.00"),
        (
            "percent",
            20000,
            "Surcharge percent of the price so far: 500 % of £40.00 = £200.00",
        ),
        ("per_m2", 124, "Surcharge per m²: 0.0624 m² × £5.00 = £0.31, × 4 = £1.24"),
        ("per_side", 4000, "Surcharge per printed side: 2 × £5.00 = £10.00, × 4 = £40.00"),
        ("per_design", 500, "Surcharge per design: £5.00 × 1 = £5.00"),
        ("per_letter", 10000, "Surcharge per letter: 5 × £5.00 = £25.00, × 4 = £100.00"),
    ],
)
def test_a_surcharge_is_counted_by_its_kind(kind: str, amount: int, how: str) -> None:
    extra = {"key": "x", "label": "Extra", "kind": kind, "amount": 500}
    rule = product(
        EACH | {"surcharges": [extra]},
        artwork=A4,
        options=[PAPER],
        personalisation=[{"key": "text", "label": "Text"}],
    )
    if kind == "per_m2":
        amount = 124
    found = rows(rule, 4, options={"paper": "foil"}, personalisation={"text": "Ada B."})
    assert found["surcharge.x"] == (amount, how)


def test_a_surcharge_applies_only_where_its_choice_is_made() -> None:
    extra = {"key": "x", "label": "Extra", "amount": 500, "only_if": {"paper": ["foil"]}}
    rule = product(EACH | {"surcharges": [extra]}, options=[PAPER])
    assert "surcharge.x" not in rows(rule, options={"paper": "plain"})
    assert "surcharge.x" in rows(rule, options={"paper": "foil"})


def test_a_formula_row_names_the_expression_its_inputs_and_the_sum() -> None:
    formula = {"key": "metal", "label": "Metal", "expression": "rate.gold * weight_g * 1.3"}
    option = {
        "key": "size",
        "label": "Size",
        "choices": [{"key": "m", "label": "M", "weight_g": 3}],
    }
    rule = product({"formulas": [formula]}, options=[option])
    gold = Rate(key="gold", value=Decimal("32.40"), currency="GBP", unit="g", label="Gold 9 ct")
    terms = PriceTerms(rates={"gold": gold})
    assert rows(rule, 2, options={"size": "m"}, terms=terms) == {
        "formula.metal": (
            25272,
            "Formula rate.gold * weight_g * 1.3 (Gold 9 ct 32.4 GBP/g, weight 3 g): "
            "£126.36 × 2 = £252.72",
        )
    }
    euro = PriceTerms(rates={"gold": gold.model_copy(update={"currency": "EUR"})})
    found = price_line(rule, {"size": "m"}, 2, on=DAY, terms=euro)
    assert found.reasons == ("“Metal” can't be calculated: the rate of Gold 9 ct is in EUR.",)
    assert price_line(rule, {"size": "m"}, 2, on=DAY).needs_person


def test_a_formula_that_fails_for_a_live_configuration_goes_to_a_person() -> None:
    formula = {"key": "f", "label": "Setting", "expression": "10 / (quantity - 3)", "per": "line"}
    rule = product(EACH | {"formulas": [formula]})
    found = price_line(rule, {}, 3, on=DAY)
    assert found.reasons == ("“Setting” can't be calculated. The formula divides by zero.",)
    assert [row.key for row in found.rows] == ["pieces"]


def test_a_discount_takes_away_no_more_than_there_is() -> None:
    formula = {"key": "f", "label": "Discount", "expression": "0 - 50", "per": "line"}
    found = price_line(product(EACH | {"formulas": [formula]}), {}, 2, on=DAY)
    assert [row.amount_minor for row in found.rows] == [2000, -2000]
    assert found.total_minor == 0


def test_a_price_list_has_a_percentage_or_breaks_of_its_own() -> None:
    own = ListPrice(sku="CARD", breaks=({"from_quantity": 1, "unit_minor": 700},))
    of_family = ListPrice(family="cards", percent=Decimal(-20))
    trade = PriceListTerms(
        key="trade", name="Trade", percent=Decimal(-10), entries=(own, of_family)
    )
    named = {"price_list": trade, "families": ("invitations", "cards")}
    rule = product(EACH)
    assert rows(rule, 3, terms=PriceTerms(sku="CARD", **named)) == {
        "pieces": (2100, "Price per piece from 1 (price list Trade): £7.00 × 3 = £21.00")
    }
    assert rows(rule, 3, terms=PriceTerms(sku="OTHER", **named))["price_list"] == (
        -600,
        "Price list Trade: -20 % of £30.00 = −£6.00",
    )
    assert rows(rule, 3, terms=PriceTerms(price_list=trade))["price_list"][0] == -300
    ended = trade.model_copy(update={"valid_until": date(2027, 1, 14)})
    assert "price_list" not in rows(rule, 3, terms=PriceTerms(price_list=ended))


def test_a_promotion_is_taken_off_within_its_limits() -> None:
    rule = product(EACH)
    ten = Promotion(code="SPRING", percent=Decimal(10), most_minor=500, min_net_minor=2000)

    def off(quantity: int, **changes: Any) -> int:
        terms = PriceTerms(promotion=ten.model_copy(update=changes))
        return rows(rule, quantity, terms=terms).get("promotion", (0, ""))[0]

    assert [off(quantity) for quantity in (1, 2, 4, 90)] == [0, -200, -400, -500]
    assert off(4, valid_until=date(2027, 1, 14)) == 0
    assert off(4, skus=("OTHER",)) == 0
    assert off(1, percent=Decimal(0), fixed_minor=5000, most_minor=None, min_net_minor=0) == -1000


def test_rush_levels_say_how_soon_and_how_much() -> None:
    levels = [
        {"key": "soon", "label": "Express", "working_days": 2, "percent": 25, "fixed_minor": 500},
        {"key": "now", "label": "Overnight", "working_days": 1, "percent": 100},
    ]
    rule = product(EACH | {"rush_levels": levels})
    assert rows(rule, 2, rush="soon")["rush"] == (
        1000,
        "Rush level Express (2 working days): 25 % of £20.00 + £5.00 = £10.00",
    )
    assert rows(rule, 2, rush="now")["rush"][0] == 2000
    assert rows(rule, 2, rush="rush")["rush"][0] == 1000, "one not on offer is the first level"
    assert "rush" not in rows(rule, 2)
    assert ready_on(DAY, 2) == date(2027, 1, 19)
    assert ready_on(date(2027, 1, 16), 0) == date(2027, 1, 18)
    level = RushLevel(key="soon", label="Express", working_days=2)
    assert rush_words(level, DAY) == "ready Tue 19 Jan 2027 at the earliest"


def test_the_old_rush_percentage_is_read_as_one_level() -> None:
    (level,) = Price(rush_percent=Decimal(30)).levels
    assert (level.key, str(level.label), level.percent) == ("rush", "Rush", 30)


@pytest.mark.parametrize(
    ("mode", "quantity", "reasons"),
    [
        ({"mode": "instant"}, 90, ()),
        ({"mode": "signed_in"}, 90, ()),
        ({"mode": "on_request"}, 1, ("We prepare the price of this product for you.",)),
        ({"mode": "instant_below", "below_quantity": 50}, 49, ()),
        (
            {"mode": "instant_below", "below_quantity": 50},
            50,
            ("From 50 pieces on, we prepare the price for you.",),
        ),
        (
            {"mode": "instant_below", "below_minor": 50000},
            50,
            ("From £500.00 on, we prepare the price for you.",),
        ),
    ],
)
def test_a_mode_says_when_a_person_prepares_the_price(
    mode: dict[str, Any], quantity: int, reasons: tuple[str, ...]
) -> None:
    found = price_line(product(EACH | mode), {}, quantity, on=DAY)
    assert (found.reasons, found.is_for_staff) == (reasons, bool(reasons))
    assert found.net_minor == 1000 * quantity, "staff see the estimate"


def test_tax_is_that_of_the_terms_where_they_say_one() -> None:
    rule = product(EACH | {"tax_permille": 200})
    exempt = TaxRule(kind="exempt", label="VAT exempt", note="Exempt, Article 132.")
    assert price_line(rule, {}, 1, on=DAY).tax_minor == 200
    found = price_line(rule, {}, 1, on=DAY, terms=PriceTerms(tax=exempt))
    assert (found.tax_minor, found.tax_label, found.tax_note) == (
        0,
        "VAT exempt",
        "Exempt, Article 132.",
    )


@pytest.mark.parametrize(
    ("currency", "setup", "pieces", "formula_minor", "rush"),
    [
        ("JPY", "JP¥1,500", "JP¥1,234 × 2", 2, "10 % of JP¥3,970"),
        ("KWD", "KWD1.500", "KWD1.234 × 2", 2469, "10 % of KWD6.437"),
        ("GBP", "£15.00", "£12.34 × 2", 247, "10 % of £42.15"),
    ],
)
def test_every_row_is_told_in_the_decimals_of_its_currency(
    currency: str, setup: str, pieces: str, formula_minor: int, rush: str
) -> None:
    formula = {"key": "f", "label": "Formula", "expression": "1.2345 * quantity", "per": "line"}
    rule = product(
        {
            "currency": currency,
            "setup_minor": 1500,
            "unit_breaks": [{"from_quantity": 1, "unit_minor": 1234}],
            "formulas": [formula],
            "rush_levels": [{"key": "r", "label": "Soon", "percent": 10}],
        }
    )
    found = {row.key: row for row in price_line(rule, {}, 2, on=DAY, rush="r").rows}
    assert found["setup"].how == f"Set-up, once per item: {setup}"
    assert found["formula.f"].amount_minor == formula_minor
    assert (found["pieces"].words, found["rush"].words) == (pieces, rush)


def test_a_break_that_makes_fewer_pieces_dearer_is_found() -> None:
    steps = [
        {"from_quantity": 50, "unit_minor": 200},
        {"from_quantity": 300, "unit_minor": 150},
        {"from_quantity": 500, "unit_minor": 149},
    ]
    found = dearer_steps(Price.model_validate({"unit_breaks": steps}))
    assert [str(step) for step in found] == [
        "299 pieces cost £598.00, 300 only £450.00: from 226 pieces on, the next break is cheaper.",
        "499 pieces cost £748.50, 500 only £745.00: from 497 pieces on, the next break is cheaper.",
    ]
    graduated = Price.model_validate({"unit_breaks": steps, "breaks": "graduated"})
    assert dearer_steps(graduated) == []
