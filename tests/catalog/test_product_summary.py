"""What holds for a product, in words that people read."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.catalog.inheritance import inherit
from app.catalog.presets import layers_of, read
from app.catalog.product_summary import sections
from app.core.web.formats import money
from tests.catalog.layers import inherit_properties

FAMILY = {
    "options": [
        {
            "key": "metal",
            "label": "Metal",
            "choices": [
                {"key": "silver", "label": "Silver", "per_gram_minor": "140.5"},
                {"key": "gold", "label": "Gold", "surcharge_minor": 500, "setup_minor": 900},
            ],
        }
    ],
    "artwork": {"bleed_mm": 3, "build_volume_mm": [90, 80, 70], "approval": "design"},
    "price": {"setup_minor": 9500, "tax_permille": 175},
    "materials": [{"key": "metal", "from_option": "metal", "per_gram": 1, "spoilage_percent": 15}],
    "route": [{"key": "cast", "name": "Cast", "work_centre": "gold_bench", "setup_minutes": 20}],
}
PRODUCT = {
    "price": {"unit_breaks": [{"from_quantity": 1, "unit_minor": 24000}]},
    "personalisation": [
        {"key": "words", "label": "Engraving", "max_length": 24, "only_if": {"metal": ["gold"]}}
    ],
}


def told() -> dict[str, dict[str, tuple[str, str]]]:
    found = inherit_properties(FAMILY, PRODUCT)
    return {
        title: {row.label: (row.value, row.owner.kind) for row in rows}
        for title, rows in sections(found.properties, found.origin).items()
    }


def test_each_part_is_said_with_its_units_and_who_said_it() -> None:
    found = told()
    assert found["Options"] == {
        "Metal": ("Silver (+ £1.405 per gram), Gold (+ £5.00 each, £9.00 once)", "family")
    }
    assert found["Personalisation"]["Engraving"] == (
        "text, up to 24 characters, optional, only if Metal is Gold",
        "product",
    )
    assert found["Artwork"] == {
        "Bleed": ("3 mm", "family"),
        "Customer approves": ("the design file", "family"),
        "Build volume": ("90 × 80 × 70 mm", "family"),
    }
    assert found["Price"]["Price per piece"] == ("from 1: £240.00", "product")
    assert found["Price"]["Tax rate"] == ("17.5 %", "family")
    assert found["Materials"]["Metal"][0] == (
        "as chosen under “Metal”, 1 per gram, 15 % for spoilage"
    )
    assert found["Route"]["Cast"][0] == "at “gold bench”, 20 min set-up"


def test_what_nobody_said_is_left_out() -> None:
    assert {"Quantity", "Shipping", "Wording"}.isdisjoint(told())


@pytest.mark.parametrize("preset", ["print", "threed", "jewellery"])
def test_every_product_of_the_presets_can_be_said(preset: str) -> None:
    shop = read(preset)
    for product in shop.products:
        found = inherit(layers_of(shop, product))
        rows = [row for rows in sections(found.properties, found.origin).values() for row in rows]
        assert {row.path for row in rows} == set(found.origin)
        assert all(row.value and "_" not in row.value.replace("_mm", "") for row in rows)


def test_a_rate_may_be_finer_than_a_penny() -> None:
    assert (money(Decimal("14.5"), "GBP"), money(Decimal(1400), "GBP")) == ("£0.145", "£14.00")
