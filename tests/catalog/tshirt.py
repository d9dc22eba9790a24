"""A T-shirt with sizes and colours as variants, for tests."""

from __future__ import annotations

from typing import Any

from app.catalog.inheritance import parse
from app.catalog.properties import Properties
from app.catalog.variant_grid import generate


def option(key: str, label: str, **choices: dict[str, Any]) -> dict[str, Any]:
    named = [{"key": name, "label": name.upper(), **more} for name, more in choices.items()]
    return {"key": key, "label": label, "choices": named}


SIZES = option("size", "Size", s={}, m={}, l={}, xl={"surcharge_minor": 150})
COLOURS = option("colour", "Colour", white={}, navy={"material_sku": "INK-WHITE"})
PRINT = option("print", "Print", front={}, both={"surcharge_minor": 300})
RAW: dict[str, Any] = {
    "options": [SIZES, COLOURS, PRINT],
    "variants": {"options": ["size", "colour"], "sku_pattern": "TEE-{size}-{colour}"},
    "quantity": {"minimum": 5, "maximum": 500, "default": 10},
    "price": {
        "setup_minor": 2500,
        "unit_breaks": [
            {"from_quantity": 1, "unit_minor": 1200},
            {"from_quantity": 20, "unit_minor": 900},
        ],
    },
    "route": [
        {"key": "print", "name": "Print", "work_centre": "press"},
        {
            "key": "white",
            "name": "White underbase",
            "work_centre": "press",
            "only_if": {"colour": ["navy"]},
        },
    ],
    "ship": {"weight_g_per_piece": 150, "weight_g_packaging": 100},
}


def tshirt(rows: dict[str, dict[str, Any]] | None = None, **more: Any) -> Properties:
    """Return the T-shirt with its variants generated; `rows` changes some: ``{"m-navy": {"offered": False}}``."""
    raw = {**RAW, **more}
    plain = parse(raw)
    grid = generate(plain, plain.variants).model_dump(mode="json")
    for row in grid["rows"]:
        row |= (rows or {}).get(row["key"], {})
    return parse({**raw, "variants": grid})
