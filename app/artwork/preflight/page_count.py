"""The file has as many pages as the product has sides."""

from __future__ import annotations

from app.artwork.preflight import PRINTED
from app.artwork.preflight.finding import Artwork, FileFacts, Findings, fail, good

ORDER = 20
KINDS = PRINTED


def check(facts: FileFacts, requirement: Artwork) -> Findings:
    """Compare with ``pages_min`` and ``pages_max`` where they are given."""
    least, most = requirement.pages_min, requirement.pages_max
    if not least and not most:
        return
    count = facts.pages or 1
    target = _range(least or 1, most or None)
    actual = _pages(count)
    if count < (least or 1):
        yield fail(
            f"The file has {actual}; this product needs {target}.",
            next_step="Export all pages into one file and send that.",
            actual=actual,
            target=target,
        )
    elif most and count > most:
        yield fail(
            f"The file has {actual}; this product has {target}.",
            next_step="Send only the pages that are to be made.",
            actual=actual,
            target=target,
        )
    else:
        yield good(f"The file has {actual}.", actual=actual, target=target)


def _pages(count: int) -> str:
    return "1 page" if count == 1 else f"{count} pages"


def _range(least: int, most: int | None) -> str:
    if most is None:
        return f"at least {_pages(least)}"
    return _pages(most) if least == most else f"{least} to {_pages(most)}"
