"""A model holds material."""

from __future__ import annotations

from collections.abc import Iterator

from app.artwork.preflight.finding import Finding, fail, good, warn
from app.catalog.properties import Artwork
from app.files.file_facts import FileFacts

ORDER = 32
KINDS = frozenset({"stl", "3mf"})


def check(facts: FileFacts, requirement: Artwork) -> Iterator[Finding]:
    """Fail for no volume at all; warn where all faces look inwards."""
    volume = facts.volume_mm3 or 0.0
    if volume <= 0:
        yield fail(
            "The model has no volume: it is a sheet without thickness.",
            next_step="Give it a thickness and send it again.",
            actual="0 cm³",
        )
        return
    amount = f"{volume / 1000:.3g} cm³" if volume >= 1 else f"{volume:.2g} mm³"
    if facts.inside_out:
        yield warn("All faces look inwards; we turn them round.", actual=amount)
    elif facts.mixed_facing:
        yield warn("Some faces look inwards; we turn them round.", actual=amount)
    elif facts.watertight:
        yield good(f"The volume is {amount}.", actual=amount)
