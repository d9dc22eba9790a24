"""The file has as many pages as the product has sides."""

from app.inspection.previews import PAGES_MAX
from app.preflight import PRINTED
from app.preflight.finding import Artwork, FileFacts, Findings, fail, good

ORDER = 20
KINDS = PRINTED


def check(facts: FileFacts, requirement: Artwork) -> Findings:
    """Compare with ``pages_min`` and ``pages_max`` where they are given."""
    least, most = requirement.pages_min or 1, requirement.pages_max
    if not requirement.pages_min and not most:
        return
    count = facts.pages or 1
    actual, target = _pages(count), _range(least, most)
    about = {"actual": actual, "target": target}
    if count < least:
        next_step = "Export all pages into one file and send that."
        yield fail(
            f"The file has {actual}; this product needs {target}.", next_step=next_step, **about
        )
    elif most and count > most:
        next_step = "Send only the pages that are to be made."
        yield fail(
            f"The file has {actual}; this product has {target}.", next_step=next_step, **about
        )
    elif count > PAGES_MAX:
        yield fail(
            f"The file has {actual}; we can show {PAGES_MAX} for approval.",
            next_step="Split it into several files.",
            actual=actual,
            target=f"at most {_pages(PAGES_MAX)}",
        )
    else:
        yield good(f"The file has {actual}.", **about)


def _pages(count: int) -> str:
    return "1 page" if count == 1 else f"{count} pages"


def _range(least: int, most: int) -> str:
    if not most:
        return f"at least {_pages(least)}"
    return _pages(most) if least == most else f"{least} to {_pages(most)}"
