"""Where a page of artwork lies against the trim, and the sheet of paper that shows it at true size.

All lengths are millimetres; positions are measured from the trim's top left corner.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.catalog.properties import Artwork
from app.core.translations import _, _l
from app.inspection.file_facts import FileFacts, PageFacts
from app.preflight import sizes

Size = tuple[float, float]
TRUE = _l("shown at true size")
TURNED = _l("turned by 90 degrees, shown at true size")
FITS = {True: _l("trim and bleed"), False: _l("the trim")}


@dataclass(frozen=True)
class Rule:
    """The sizes a slot asks for. Without a trim the artwork's own size is shown."""

    trim_mm: tuple[float, float] | None
    bleed_mm: float
    safe_mm: float

    @classmethod
    def of(cls, requirement: Artwork) -> Rule:
        """Read the rule of a slot."""
        wanted = sizes.wanted(requirement)
        bleed_mm, safe_mm = float(requirement.bleed_mm), float(requirement.safe_mm)
        return cls(wanted.trim if wanted else None, bleed_mm, safe_mm)


@dataclass(frozen=True)
class Page:
    """A page of artwork: the size it is placed by, None where the file has none, and how what is shown
    of it lies round that: the left top corner, from that of the size, and its own size."""

    size_mm: Size | None
    shown_at_mm: Size
    shown_mm: Size

    @classmethod
    def of(cls, facts: FileFacts, number: int, picture: tuple[int, int]) -> Page:
        """Return page `number` (from 1). `picture` is its size in pixels, which gives the shape of what
        has no size; the dpi of a picture is often meaningless."""
        pages = sizes.pages(facts)
        if not 0 < number <= len(pages):
            shape = (float(picture[0]), float(max(picture[1], 1)))
            return cls(None, (0.0, 0.0), shape)
        return cls._of(pages[number - 1])

    @classmethod
    def _of(cls, page: PageFacts) -> Page:
        size, at = page.size_mm, page.at_mm
        if page.print_mm and page.print_at_mm:
            shown, shown_at = page.print_mm, page.print_at_mm
        elif page.trim_mm and not page.trim_at_mm:  # measured before its place was
            shown = page.media_mm
            shown_at = ((size[0] - shown[0]) / 2, (size[1] - shown[1]) / 2)
        else:
            shown, shown_at = page.crop_mm or page.media_mm, page.crop_at_mm or (0.0, 0.0)
        return cls(size, (shown_at[0] - at[0], shown_at[1] - at[1]), shown)


@dataclass(frozen=True)
class Placed:
    """What is shown of one page, on the trim: its box, and in words how it got there.

    A `turned` picture is drawn a quarter turn to the right within its box. `scale` is None for what
    has no size of its own. `left_mm` and `top_mm` say where the page itself, by its TrimBox (else its
    CropBox or MediaBox), begins.
    """

    trim_mm: Size
    x: float
    y: float
    width: float
    height: float
    words: str
    turned: bool = False
    scale: float | None = None
    left_mm: float = 0.0
    top_mm: float = 0.0


def place(rule: Rule, page: Page) -> Placed:
    """Lay a page on the trim as the press does, and as preflight has told it (`sizes.fit`).

    Its middle lies on the trim's; it is never stretched.
    """
    if rule.trim_mm is None:  # its own size, or a picture 120 mm across that is not to scale
        if page.size_mm is None:
            shown = _within(page.shown_mm, (120.0, 120.0))
            return Placed(shown, 0, 0, *shown, _("not to scale"))
        return _laid(page, page.size_mm, page.size_mm, sizes.Fit(1.0, False, False), str(TRUE))
    wanted = sizes.Wanted(rule.trim_mm, rule.bleed_mm)
    if page.size_mm is not None:
        fit = sizes.fit(page.size_mm, wanted)
        return _laid(page, page.size_mm, rule.trim_mm, fit, _words(fit))
    fit = sizes.fit_shape(page.shown_mm, wanted)
    if not fit.is_shape:
        shown = _within(page.shown_mm, rule.trim_mm)
        fit = sizes.Fit(shown[0] / page.shown_mm[0], False, False, is_shape=False)
        words = _("fitted to the trim size")
    elif fit.is_turned:
        words = _("turned and scaled to %(fits)s", fits=FITS[fit.with_bleed])
    else:
        words = _("scaled to %(fits)s", fits=FITS[fit.with_bleed])
    placed = _laid(page, page.shown_mm, rule.trim_mm, fit, words)
    return replace(placed, scale=None)


def _words(fit: sizes.Fit) -> str:
    fits = FITS[fit.with_bleed]
    if fit.scale == 1:
        return str(TURNED if fit.is_turned else TRUE)
    if fit.is_turned:
        return _(
            "turned by 90 degrees and scaled to %(percent)s, to %(fits)s",
            percent=fit.percent, fits=fits,
        )  # fmt: skip
    return _("scaled to %(percent)s, to %(fits)s", percent=fit.percent, fits=fits)


def _laid(page: Page, size: Size, trim: Size, fit: sizes.Fit, words: str) -> Placed:
    """Lay the middle of `size` on that of the trim, turned and scaled, with what is shown round it."""
    own = _turned((-size[0] / 2, -size[1] / 2, *size), fit)
    shown_x, shown_y = page.shown_at_mm[0] - size[0] / 2, page.shown_at_mm[1] - size[1] / 2
    box = _turned((shown_x, shown_y, *page.shown_mm), fit)
    x, y = trim[0] / 2, trim[1] / 2
    return Placed(
        trim, x + box[0], y + box[1], box[2], box[3], words,
        fit.is_turned, fit.scale, x + own[0], y + own[1],
    )  # fmt: skip


def _turned(box: tuple[float, float, float, float], fit: sizes.Fit) -> tuple[float, ...]:
    """Scale a box (x, y, width, height) round 0, 0 and turn it to the right, y running down."""
    x, y, width, height = (side * fit.scale for side in box)
    return (-y - height, x, height, width) if fit.is_turned else (x, y, width, height)


def _within(shape: Size, box: Size) -> Size:
    scale = min(box[0] / shape[0], box[1] / shape[1])
    return shape[0] * scale, shape[1] * scale
