"""A price rule in words, so that every change of it can be read."""

from __future__ import annotations

from typing import Any

import pytest

from app.catalog.inheritance import Owner, parse
from app.catalog.product_summary import sections


@pytest.mark.parametrize(
    ("price", "words"),
    [
        (
            {"surcharges": [{"key": "f", "label": "Foil", "kind": "per_m2", "amount": 1250}]},
            "Foil: £12.50 per m²",
        ),
        (
            {"surcharges": [{"key": "f", "label": "Foil", "kind": "percent", "amount": "2.5"}]},
            "Foil: 2.5 %",
        ),
        (
            {"formulas": [{"key": "e", "label": "Engraving", "expression": "area_m2 * 4"}]},
            "Engraving: area_m2 * 4 per piece",
        ),
        (
            {
                "rush_levels": [
                    {"key": "a", "label": "Express", "working_days": 2, "percent": 25},
                    {"key": "b", "label": "Overnight", "fixed_minor": 900},
                ]
            },
            "Express: 2 working days, + 25 %; Overnight: + £9.00",
        ),
        (
            {"work_prices": [{"key": "laser", "per_minute_minor": 60}]},
            "Laser: £0.60 per minute",
        ),
        (
            {"sheet": {"sheet_width_mm": 450, "sheet_height_mm": 320, "margin_mm": 5}},
            "450 × 320 mm, gutter 0 mm, margin 5 mm",
        ),
        ({"breaks": "graduated"}, "each tier's own pieces"),
        ({"mode": "signed_in"}, "to customers only"),
    ],
)
def test_each_part_of_a_price_says_what_it_charges(price: dict[str, Any], words: str) -> None:
    origin = {f"price.{name}": Owner("product") for name in price}
    found = sections(parse({"price": {"currency": "GBP"} | price}), origin)
    assert [row.value for row in found["Price"]] == [words]
