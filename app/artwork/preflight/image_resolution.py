"""Pictures inside a PDF are sharp enough at the size they are placed in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from app.artwork.preflight import sizes
from app.artwork.preflight.finding import Finding, good
from app.artwork.preflight.sharpness import judged

ORDER = 50
KINDS = frozenset({"pdf"})


def check(facts: Mapping[str, Any], requirement: Mapping[str, Any]) -> Iterator[Finding]:
    """Compare the least sharp picture with ``min_dpi``, after the page was scaled to the product."""
    least = int(requirement.get("min_dpi") or 0)
    lowest = facts.get("image_dpi_min")
    if not least:
        return
    if lowest is None:
        if facts.get("images"):
            return  # dots and rules only
        yield good("The file holds no pictures made of pixels.", target=f"{least} dpi")
        return
    page = facts.get("image_dpi_min_page")
    yield judged(float(lowest) / _scale(facts, requirement), least, "A picture", page=page)


def _scale(facts: Mapping[str, Any], requirement: Mapping[str, Any]) -> float:
    """Return by how much the first page is enlarged to fit the product, 1 where it is not."""
    wanted = sizes.wanted(requirement)
    found = sizes.pages(facts)
    if wanted is None or not found:
        return 1.0
    sides = found[0].get("trim_mm") or found[0]["media_mm"]
    size = (float(sides[0]), float(sides[1]))
    if sizes.same(size, wanted.trim) or sizes.same(size, wanted.full):
        return 1.0
    return wanted.full[0] / size[0] if sizes.alike(size, wanted.full) else 1.0
