"""Pages have the product's size, with bleed or without."""

from typing import Any

from app.preflight import PRINTED, sizes
from app.preflight.finding import Artwork, FileFacts, Finding, Findings, PageFacts, fail, good, warn

ORDER = 30
KINDS = PRINTED
FAULTS_SHOWN = 8


def check(facts: FileFacts, requirement: Artwork) -> Findings:
    """Compare each page: the right size passes, the right shape is scaled (warn), else fail.

    A picture has no true size of its own, only a shape.
    """
    wanted = sizes.wanted(requirement)
    if wanted is None:
        return
    pixels = sizes.pixels(facts)
    if pixels is not None:
        yield _picture(pixels, wanted)
        return
    found = [_page(page, wanted) for page in sizes.pages(facts)]
    faults = [finding for finding in found if finding.severity != "passed"]
    yield from faults[:FAULTS_SHOWN] or found[:1]


def _page(page: PageFacts, wanted: sizes.Wanted) -> Finding:
    size = page.size_mm
    actual, target = sizes.words(size), sizes.words(wanted.trim)
    about: dict[str, Any] = {"actual": actual, "target": target, "page": page.number}
    if wanted.is_size(size):
        return good(f"The page is {actual}, as it should be.", **about)
    named = f"Page {page.number} is {actual}, the product {target}"
    if wanted.has_shape(size):
        return warn(f"{named}. The shape fits: we scale it to {_percent(size, wanted)}.", **about)
    turned = size[::-1]
    if wanted.has_shape(turned):
        scaled = "" if wanted.is_size(turned) else f" and scale it to {_percent(turned, wanted)}"
        return warn(
            f"{named}: it is turned by 90 degrees. We turn it{scaled} to fit.",
            next_step="Check in the proof that it stands the right way.",
            **about,
        )
    return fail(
        f"{named}: the shape does not fit.",
        next_step=f"Set the page to {sizes.words(wanted.full)} (bleed included) and export it again.",
        **about,
    )


def _percent(size: sizes.Size, wanted: sizes.Wanted) -> str:
    return f"{100 * wanted.full[0] / size[0]:.0f} %"


def _picture(pixels: sizes.Size, wanted: sizes.Wanted) -> Finding:
    shape, target = f"{pixels[0]:.0f} × {pixels[1]:.0f} px", sizes.words(wanted.full)
    about = {"actual": shape, "target": target}
    if wanted.has_shape(pixels):
        return good("The picture has the product's shape.", **about)
    if wanted.has_shape(pixels[::-1]):
        return warn("The picture is turned by 90 degrees. We turn it to fit.", **about)
    return warn(
        f"The picture's shape ({shape}) is not the product's ({target}): "
        "we fit it into the trim and leave the rest white.",
        next_step="Crop it to the product's shape if that is not meant.",
        **about,
    )
