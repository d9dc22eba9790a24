"""Transparency is flattened by us, which is worth a look in the proof."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from app.artwork.preflight.finding import Finding, warn

ORDER = 75
KINDS = frozenset({"pdf", "png", "tiff"})


def check(facts: Mapping[str, Any], requirement: Mapping[str, Any]) -> Iterator[Finding]:
    """Warn where something is see-through and the product is printed."""
    if not facts.get("transparency") or not requirement.get("trim_width_mm"):
        return
    if facts["kind"] == "pdf":
        said = "The file uses transparency (shadows, blends); we flatten it for print."
    else:
        said = "The picture is see-through in places; there the paper shows."
    yield warn(said, next_step="Check those places in the proof.", actual="used")
