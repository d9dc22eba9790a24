"""A PDF that is protected against changes can still be printed, but not mended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from app.artwork.preflight.finding import Finding, warn

ORDER = 15
KINDS = frozenset({"pdf"})


def check(facts: Mapping[str, Any], requirement: Mapping[str, Any]) -> Iterator[Finding]:
    """Warn about encryption; a PDF that asks for a password was refused before."""
    if facts.get("encrypted"):
        yield warn(
            "The PDF is protected against changes; we print it as it is and can't mend anything.",
            next_step="Save it without protection if something has to be adjusted.",
            actual="protected",
            target="open",
        )
