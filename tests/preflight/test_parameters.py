"""Every parameter that a check reads can be set on a product, and setting it makes the check run."""

from __future__ import annotations

import ast
import inspect
from typing import Any

import pytest

from app import preflight
from app.catalog import presets
from app.catalog.inheritance import parse
from app.catalog.properties import Artwork
from app.inspection.file_facts import FileFacts
from app.preflight import sizes
from tests.catalog.layers import inherit_properties

PDF = {
    "kind": "pdf", "pages": 2, "colour_spaces": ["DeviceRGB"], "transparency": True,
    "page_facts": [{"number": 1, "media_mm": [148, 105]}, {"number": 2, "media_mm": [148, 105]}],
    "image_dpi_min": 100, "images": 1, "image_dpi_min_page": 1,
}  # fmt: skip
MODEL = {"kind": "stl", "triangles": 12, "volume_mm3": 8000, "bbox_mm": [20, 20, 20]}
TRIM = {"trim_width_mm": 210, "trim_height_mm": 99}
# parameter: what a product says (the last one is it), a file it matters to, the check that reads it
CASES: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "accept": ({"accept": ["png"]}, PDF, "file_type"),
    "trim_width_mm": ({"trim_height_mm": 99, "trim_width_mm": 210}, PDF, "page_size"),
    "trim_height_mm": (TRIM, PDF, "page_size"),
    "most_scaling_percent": (
        {"trim_width_mm": 140, "trim_height_mm": 99.3, "most_scaling_percent": 5},
        PDF,
        "page_size",
    ),
    "bleed_mm": ({"trim_width_mm": 148, "trim_height_mm": 105, "bleed_mm": 3}, PDF, "bleed"),
    "min_dpi": ({"min_dpi": 300}, PDF, "image_resolution"),
    "pages_min": ({"pages_max": 0, "pages_min": 3}, PDF, "page_count"),
    "pages_max": ({"pages_min": 0, "pages_max": 1}, PDF, "page_count"),
    "build_volume_mm": ({"build_volume_mm": [10, 10, 10]}, MODEL, "model_size"),
    "min_wall_mm": ({"min_wall_mm": 0.8}, MODEL, "model_walls"),
}
NOTHING = {"pages_min": 0, "pages_max": 0}


def read_by_checks() -> set[str]:
    """The names of everything that a check reads from the requirement it is given."""
    found = set()
    for module in (*preflight.checks(), sizes):
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                found |= {node.attr} if node.value.id == "requirement" else set()
    return found


def reported(said: dict[str, Any], facts: dict[str, Any], check: str) -> list[str]:
    """What `check` says of a file for a product with these artwork properties."""
    product = parse({"artwork": {**NOTHING, **said}})
    assert product.artwork is not None
    found = preflight.run(FileFacts.model_validate(facts), product.artwork).findings
    return [f"{row.severity} {row.title}" for row in found if row.check == check]


def test_every_parameter_that_a_check_reads_can_be_set() -> None:
    assert read_by_checks() - set(Artwork.model_fields) == set()
    assert read_by_checks() == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_setting_a_parameter_makes_its_check_run(name: str) -> None:
    said, facts, check = CASES[name]
    without = {key: value for key, value in said.items() if key != name}
    assert reported(said, facts, check)
    assert reported(said, facts, check) != reported(without, facts, check)


@pytest.mark.parametrize("preset", ["threed", "jewellery"])
def test_shops_that_make_models_say_how_thin_a_wall_may_be(preset: str) -> None:
    shop = presets.read(preset)
    families = {family.slug: family.properties for family in shop.families}
    for product in shop.products:
        artwork = inherit_properties(
            families[product.family], product.properties
        ).properties.artwork
        if artwork is not None and "stl" in artwork.accept:
            assert artwork.min_wall_mm, product.slug
