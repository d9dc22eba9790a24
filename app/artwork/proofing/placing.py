"""Where a page of artwork lies against the trim, and the sheet of paper that shows it at true size.

All lengths are millimetres; positions are measured from the trim's top left corner.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.artwork.preflight import sizes
from app.catalog.properties import Artwork
from app.core.translations import _, _l
from app.files.file_facts import FileFacts

Size = tuple[float, float]
TRUE = _l("shown at true size")
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
        width, height = requirement.trim_width_mm, requirement.trim_height_mm
        return cls(
            (float(width), float(height)) if width and height else None,
            float(requirement.bleed_mm),
            float(requirement.safe_mm),
        )


@dataclass(frozen=True)
class Placed:
    """A picture of one page on the trim: its box, and in words how it got there.

    A `turned` picture is drawn a quarter turn to the right within its box.
    """

    trim_mm: Size
    x: float
    y: float
    width: float
    height: float
    words: str
    turned: bool = False


def page_size(facts: FileFacts, number: int) -> Size | None:
    """Return what page `number` (from 1) measures by itself, None where the file does not say.

    A picture has a size only where no product gives it one: its dpi is often meaningless.
    """
    pages = sizes.pages(facts)
    if 0 < number <= len(pages):
        return pages[number - 1].media_mm
    return None


def trim_of(facts: FileFacts, number: int) -> Size | None:
    """Return the trim that page `number` carries itself (a PDF's TrimBox), None where it has none."""
    pages = sizes.pages(facts)
    return pages[number - 1].trim_mm if 0 < number <= len(pages) else None


def place(
    rule: Rule, size_mm: Size | None, picture: tuple[int, int], *, own_trim_mm: Size | None = None
) -> Placed:
    """Lay a page on the trim as the press does, and as preflight has told it.

    At its own size where that is right (with bleed, without, or by its own trim), scaled where only
    the shape is right, turned where that makes it right, else at its own size, centred. `picture` is
    the preview's size in pixels; it gives the shape of what has no size.
    """
    if rule.trim_mm is None:
        return _alone(size_mm, picture)
    full = (rule.trim_mm[0] + 2 * rule.bleed_mm, rule.trim_mm[1] + 2 * rule.bleed_mm)
    for trim in (full, rule.trim_mm):
        if size_mm is not None and sizes.same(size_mm, trim):
            return _centred(rule.trim_mm, size_mm, TRUE)
    if size_mm is not None and own_trim_mm and sizes.same(own_trim_mm, rule.trim_mm):
        return _centred(rule.trim_mm, size_mm, TRUE)
    shape = size_mm or (float(picture[0]), float(max(picture[1], 1)))
    fitted = _nearest(shape, full, rule.trim_mm)
    if fitted is not None:
        return _centred(rule.trim_mm, fitted, _("scaled to %(fits)s", fits=FITS[fitted == full]))
    fitted = _nearest((shape[1], shape[0]), full, rule.trim_mm)
    if fitted is not None:
        words = _("turned and scaled to %(fits)s", fits=FITS[fitted == full])
        return _centred(rule.trim_mm, fitted, words, turned=True)
    if size_mm is not None:
        return _centred(rule.trim_mm, size_mm, TRUE)
    return _centred(rule.trim_mm, _within(shape, rule.trim_mm), _("fitted to the trim size"))


def _alone(size_mm: Size | None, picture: tuple[int, int]) -> Placed:
    """A page that no product gives a size: its own, or a picture 120 mm across that is not to scale."""
    if size_mm is not None:
        return Placed(size_mm, 0, 0, size_mm[0], size_mm[1], TRUE)
    width, height = _within((float(picture[0]), float(max(picture[1], 1))), (120.0, 120.0))
    return Placed((width, height), 0, 0, width, height, _("not to scale"))


def _nearest(shape: Size, full: Size, trim: Size) -> Size | None:
    """Return which of both has the given shape (to 2 percent), the nearer one if both do."""

    def distance(box: Size) -> float:
        return abs(shape[0] / shape[1] - box[0] / box[1])

    fitting = [box for box in (full, trim) if sizes.alike(shape, box)]
    return min(fitting, key=distance) if fitting else None


def _within(shape: Size, box: Size) -> Size:
    scale = min(box[0] / shape[0], box[1] / shape[1])
    return shape[0] * scale, shape[1] * scale


def _centred(trim: Size, size: Size, words: str, *, turned: bool = False) -> Placed:
    x, y = (trim[0] - size[0]) / 2, (trim[1] - size[1]) / 2
    return Placed(trim, x, y, size[0], size[1], words, turned)
