"""Sizes in millimetres that several checks compare."""

from dataclasses import dataclass

from app.catalog.properties import Artwork
from app.inspection.file_facts import FileFacts, PageFacts

SAME_MM = 1.0  # paper moves more than that under the knife
SAME_SHAPE = 0.02
MM_PER_INCH = 25.4
Size = tuple[float, float]


@dataclass(frozen=True)
class Wanted:
    """What the product asks for; `full` is the trim with bleed on every side."""

    trim: Size
    bleed_mm: float

    @property
    def full(self) -> Size:
        return self.trim[0] + 2 * self.bleed_mm, self.trim[1] + 2 * self.bleed_mm


@dataclass(frozen=True)
class Fit:
    """How a page comes onto the product: `scale` times its size, a quarter turn to the right or not.

    Its middle lies on the product's. `with_bleed` says that its size is trim and bleed, not the trim;
    `is_shape` that it fits at all. A page is never stretched: what its shape is off runs over the edge.
    """

    scale: float
    is_turned: bool
    with_bleed: bool
    is_shape: bool = True

    @property
    def percent(self) -> str:
        """The scale as people read it."""
        return f"{100 * self.scale:.1f}".removesuffix(".0") + " %"


def fit(size: Size, wanted: Wanted) -> Fit:
    """Return how a page of `size` in mm is laid on the product: as it is where that is right, turned or
    scaled where only that makes it right, else as it is."""
    for seen, is_turned in ((size, False), (size[::-1], True)):
        for target in (wanted.trim, wanted.full):
            if same(seen, target):
                return Fit(1.0, is_turned, with_bleed=target == wanted.full)
    return fit_shape(size, wanted)


def fit_shape(size: Size, wanted: Wanted) -> Fit:
    """Return how something without a true size (a picture's pixels) is laid on the product."""
    for seen, is_turned in ((size, False), (size[::-1], True)):
        fitting = [target for target in (wanted.trim, wanted.full) if alike(seen, target)]
        if fitting:
            target = min(fitting, key=lambda box: abs(seen[0] / seen[1] - box[0] / box[1]))
            scale = max(target[0] / seen[0], target[1] / seen[1])
            return Fit(scale, is_turned, with_bleed=target == wanted.full)
    return Fit(1.0, is_turned=False, with_bleed=False, is_shape=False)


def wanted(requirement: Artwork) -> Wanted | None:
    """Return the sizes asked for, None where the product has no trim size."""
    width, height = requirement.trim_width_mm, requirement.trim_height_mm
    if not width or not height:
        return None
    return Wanted((float(width), float(height)), float(requirement.bleed_mm))


def pages(facts: FileFacts) -> list[PageFacts]:
    """Return the page rows of a file with true sizes: PDF pages, or an SVG's one; else empty."""
    if facts.page_facts:
        return facts.page_facts
    if facts.width_mm and facts.height_mm:
        return [PageFacts(number=1, media_mm=(facts.width_mm, facts.height_mm))]
    return []


def pixels(facts: FileFacts) -> Size | None:
    """Return width and height of a picture as it is seen upright, None for other files."""
    if not facts.width_px or not facts.height_px:
        return None
    size = (float(facts.width_px), float(facts.height_px))
    return size[::-1] if (facts.turned or 1) >= 5 else size


def same(one: Size, two: Size) -> bool:
    """Whether two sizes are equal for a knife."""
    return abs(one[0] - two[0]) <= SAME_MM and abs(one[1] - two[1]) <= SAME_MM


def alike(one: Size, two: Size) -> bool:
    """Whether two sizes have the same shape to 2 percent, so that one can be scaled to the other."""
    a, b = one[0] / one[1], two[0] / two[1]
    return abs(a - b) <= SAME_SHAPE * max(a, b)


def words(size: Size) -> str:
    """Return ``148 × 105 mm``; at most one decimal."""
    return " × ".join(f"{side:.1f}".removesuffix(".0") for side in size) + " mm"
