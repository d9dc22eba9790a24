"""A PDF that is protected against changes can still be printed, but not mended."""

from app.preflight.finding import Artwork, FileFacts, Findings, warn

ORDER = 15
KINDS = frozenset({"pdf"})


def check(facts: FileFacts, requirement: Artwork) -> Findings:
    """Warn about encryption; a PDF that asks for a password was refused before."""
    if facts.encrypted:
        yield warn(
            "The PDF is protected against changes; we print it as it is and can't mend anything.",
            next_step="Save it without protection if something has to be adjusted.",
            actual="protected",
            target="open",
        )
