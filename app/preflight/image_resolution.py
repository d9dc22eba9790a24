"""Pictures inside a PDF are sharp enough at the size they are placed in."""

from app.preflight import sizes
from app.preflight.finding import Artwork, FileFacts, Findings, good
from app.preflight.sharpness import rate_resolution

ORDER = 50
KINDS = frozenset({"pdf"})


def check(facts: FileFacts, requirement: Artwork) -> Findings:
    """Compare the least sharp picture with ``min_dpi``, after the page was scaled to the product."""
    least = requirement.min_dpi
    lowest = facts.image_dpi_min
    if not least:
        return
    if lowest is None:
        if facts.images:
            return  # dots and rules only
        yield good("The file holds no pictures made of pixels.", target=f"{least} dpi")
        return
    page = facts.image_dpi_min_page
    yield rate_resolution(lowest / _scale(facts, requirement), least, "A picture", page=page)


def _scale(facts: FileFacts, requirement: Artwork) -> float:
    """Return by how much the picture's page is enlarged to fit the product, 1 where it is not."""
    wanted = sizes.wanted(requirement)
    found = sizes.pages(facts)
    number = facts.image_dpi_min_page or 1
    if wanted is None or not 0 < number <= len(found):
        return 1.0
    return sizes.fit(found[number - 1].size_mm, wanted).scale
