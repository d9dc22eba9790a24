"""Sizes in millimetres that several checks compare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SAME_MM = 1.0  # paper moves more than that under the knife
SAME_SHAPE = 0.02
MM_PER_INCH = 25.4
Size = tuple[float, float]


@dataclass(frozen=True)
class Wanted:
    """What the product asks for; `full` is the trim with bleed on every side."""

    trim: Size
    bleed_mm: float

    @property
    def full(self) -> Size:
        return self.trim[0] + 2 * self.bleed_mm, self.trim[1] + 2 * self.bleed_mm


def wanted(requirement: Mapping[str, Any]) -> Wanted | None:
    """Return the sizes asked for, None where the product has no trim size."""
    width, height = requirement.get("trim_width_mm"), requirement.get("trim_height_mm")
    if not width or not height:
        return None
    return Wanted((float(width), float(height)), float(requirement.get("bleed_mm") or 0))


def pages(facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the page rows of a file with true sizes: PDF pages, or an SVG's one; else empty."""
    if facts.get("page_facts"):
        return list(facts["page_facts"])
    if facts.get("width_mm") and facts.get("height_mm"):
        size = [float(facts["width_mm"]), float(facts["height_mm"])]
        return [{"number": 1, "media_mm": size, "trim_mm": None, "bleed_mm": None}]
    return []


def pixels(facts: Mapping[str, Any]) -> Size | None:
    """Return width and height of a picture as it is seen upright, None for other files."""
    if not facts.get("width_px"):
        return None
    size = (float(facts["width_px"]), float(facts["height_px"]))
    return size[::-1] if int(facts.get("turned") or 1) >= 5 else size


def same(one: Size, two: Size) -> bool:
    """Whether two sizes are equal for a knife."""
    return abs(one[0] - two[0]) <= SAME_MM and abs(one[1] - two[1]) <= SAME_MM


def alike(one: Size, two: Size) -> bool:
    """Whether two sizes have the same shape to 2 percent, so that one can be scaled to the other."""
    a, b = one[0] / one[1], two[0] / two[1]
    return abs(a - b) <= SAME_SHAPE * max(a, b)


def words(size: Size) -> str:
    """Return ``148 × 105 mm``; at most one decimal."""
    return " × ".join(f"{side:.1f}".removesuffix(".0") for side in size) + " mm"
