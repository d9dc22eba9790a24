"""Pages have the product's size, with bleed or without."""

from typing import Any

from app.preflight import PRINTED, sizes
from app.preflight.finding import (
    FAULTS_SHOWN,
    Artwork,
    FileFacts,
    Finding,
    Findings,
    PageFacts,
    fail,
    good,
    more_pages,
    warn,
)

ORDER = 30
KINDS = PRINTED


def check(facts: FileFacts, requirement: Artwork) -> Findings:
    """Compare each page: the right size passes, turned or scaled a little warns, all else fails.

    A picture has no true size of its own, only a shape.
    """
    wanted = sizes.wanted(requirement)
    if wanted is None:
        return
    pixels = sizes.pixels(facts)
    if pixels is not None:
        yield _picture(pixels, wanted)
        return
    most = requirement.most_scaling_percent
    found = [_page(page, wanted, most) for page in sizes.pages(facts)]
    faults = [finding for finding in found if finding.severity != "passed"]
    faults.sort(key=lambda finding: finding.severity != "fault")
    yield from faults[:FAULTS_SHOWN] or found[:1]
    if len(faults) > FAULTS_SHOWN:
        rest = {finding.severity for finding in faults[FAULTS_SHOWN:]}
        said = f"{more_pages(len(faults))} another size than the product."
        yield (fail if "fault" in rest else warn)(said, target=sizes.words(wanted.trim))


def _page(page: PageFacts, wanted: sizes.Wanted, most_percent: int) -> Finding:
    size = page.size_mm
    actual, target = sizes.words(size), sizes.words(wanted.trim)
    about: dict[str, Any] = {"actual": actual, "target": target, "page": page.number}
    named = f"Page {page.number} is {actual}, the product {target}"
    export = f"Set the page to {sizes.words(wanted.full)} (bleed included) and export it again."
    fit = sizes.fit(size, wanted)
    if not fit.is_shape:
        return fail(f"{named}: the shape does not fit.", next_step=export, **about)
    turned = "turned by 90 degrees" if fit.is_turned else ""
    if abs(fit.scale - 1) * 100 > most_percent:
        turn = "be turned by 90 degrees and " if turned else ""
        return fail(
            f"{named}. It would have to {turn}be scaled to {fit.percent}; we scale by "
            f"{most_percent} % at most.",
            next_step=export,
            **about,
        )
    look = "Check in the proof that it is the right way up."
    if fit.scale != 1 and turned:
        said = f"{named}: it is {turned}. We turn it and scale it to {fit.percent} to fit."
        return warn(said, next_step=look, **about)
    if fit.scale != 1:
        return warn(f"{named}. The shape fits: we scale it to {fit.percent}.", **about)
    if turned:
        return warn(f"{named}: it is {turned}. We turn it to fit.", next_step=look, **about)
    return good(f"The page is {actual}, as it should be.", **about)


def _picture(pixels: sizes.Size, wanted: sizes.Wanted) -> Finding:
    shape, target = f"{pixels[0]:.0f} × {pixels[1]:.0f} px", sizes.words(wanted.full)
    about = {"actual": shape, "target": target}
    fit = sizes.fit_shape(pixels, wanted)
    if not fit.is_shape:
        return warn(
            f"The picture's shape ({shape}) is not the product's ({target}): "
            "we fit it into the trim and leave the rest white.",
            next_step="Crop it to the product's shape if that is not meant.",
            **about,
        )
    if fit.is_turned:
        return warn("The picture is turned by 90 degrees. We turn it to fit.", **about)
    return good("The picture has the product's shape.", **about)
