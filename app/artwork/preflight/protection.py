"""A PDF that is protected against changes can still be printed, but not mended."""

from __future__ import annotations

from collections.abc import Iterator

from app.artwork.preflight.finding import Finding, warn
from app.catalog.properties import Artwork
from app.files.file_facts import FileFacts

ORDER = 15
KINDS = frozenset({"pdf"})


def check(facts: FileFacts, requirement: Artwork) -> Iterator[Finding]:
    """Warn about encryption; a PDF that asks for a password was refused before."""
    if facts.encrypted:
        yield warn(
            "The PDF is protected against changes; we print it as it is and can't mend anything.",
            next_step="Save it without protection if something has to be adjusted.",
            actual="protected",
            target="open",
        )
