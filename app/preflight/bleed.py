"""Colour runs beyond the trim, so that no white edge shows after cutting."""

from app.preflight import sizes
from app.preflight.finding import (
    FAULTS_SHOWN,
    Artwork,
    FileFacts,
    Findings,
    PageFacts,
    good,
    more_pages,
    warn,
)

ORDER = 40
KINDS = frozenset({"pdf", "svg"})
NEAR_MM = 0.5


def check(facts: FileFacts, requirement: Artwork) -> Findings:
    """Look for the bleed box, or for a page that is larger than the trim by the bleed."""
    wanted = sizes.wanted(requirement)
    if wanted is None or not wanted.bleed_mm:
        return
    target = f"{wanted.bleed_mm:g} mm"
    margins = [(page.number, _margin(page, wanted)) for page in sizes.pages(facts)]
    known = [(number, margin) for number, margin in margins if margin is not None]
    thin = [(number, margin) for number, margin in known if margin < wanted.bleed_mm - NEAR_MM]
    for number, margin in thin[:FAULTS_SHOWN]:
        amount = f"{margin:.1f}".removesuffix(".0")
        said = f"only {amount} mm of bleed" if margin > 0 else "no bleed"
        yield warn(
            f"Page {number} has {said}; {target} on every side is asked for.",
            next_step="White edges may show after cutting. Let backgrounds run over the trim.",
            actual=f"{amount} mm" if margin > 0 else "none",
            target=target,
            page=number,
        )
    if len(thin) > FAULTS_SHOWN:
        yield warn(f"{more_pages(len(thin))} too little bleed.", target=target)
    if known and not thin:
        yield good(f"The bleed is there: {target} on every side.", target=target)


def _margin(page: PageFacts, wanted: sizes.Wanted) -> float | None:
    """Return the bleed of a page in mm as it is printed, None where its shape is wrong, which is another
    check's. A page of trim and bleed has the bleed within."""
    fit = sizes.fit(page.size_mm, wanted)
    if not fit.is_shape:
        return None
    if fit.with_bleed:
        return wanted.bleed_mm
    if page.bleed_mm is not None:
        return page.bleed_mm * fit.scale
    room = [a - b for a, b in zip(page.media_mm, page.size_mm, strict=True)]
    placed = page.trim_at_mm or page.crop_at_mm
    near = placed or (room[0] / 2, room[1] / 2)  # files checked earlier don't say where
    far = [a - b for a, b in zip(room, near, strict=True)]
    return max(0.0, min(*near, *far)) * fit.scale
