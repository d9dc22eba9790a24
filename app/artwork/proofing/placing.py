"""Where a page of artwork lies against the trim, and the sheet of paper that shows it at true size.

All lengths are millimetres; positions are measured from the trim's top left corner.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.catalog.properties import Artwork
from app.core.translations import _, _l
from app.inspection.file_facts import FileFacts
from app.preflight import sizes

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
        wanted = sizes.wanted(requirement)
        bleed_mm, safe_mm = float(requirement.bleed_mm), float(requirement.safe_mm)
        return cls(wanted.trim if wanted else None, bleed_mm, safe_mm)


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
    return pages[number - 1].media_mm if 0 < number <= len(pages) else None


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
    shape = size_mm or (float(picture[0]), float(max(picture[1], 1)))
    if rule.trim_mm is None:  # its own size, or a picture 120 mm across that is not to scale
        own = size_mm or _within(shape, (120.0, 120.0))
        return Placed(own, 0, 0, *own, TRUE if size_mm else _("not to scale"))
    trim = rule.trim_mm
    full = (trim[0] + 2 * rule.bleed_mm, trim[1] + 2 * rule.bleed_mm)
    pairs = ((size_mm, full), (size_mm, trim), (own_trim_mm, trim))
    if size_mm is not None and any(one and sizes.same(one, two) for one, two in pairs):
        return _centred(trim, size_mm, TRUE)
    for is_turned, seen in ((False, shape), (True, (shape[1], shape[0]))):
        fitted = _nearest(seen, full, trim)
        if fitted is not None:
            fits = FITS[fitted == full]
            words = (
                _("turned and scaled to %(fits)s", fits=fits)
                if is_turned
                else _("scaled to %(fits)s", fits=fits)
            )
            return _centred(trim, fitted, words, turned=is_turned)
    if size_mm is not None:
        return _centred(trim, size_mm, TRUE)
    return _centred(trim, _within(shape, trim), _("fitted to the trim size"))


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
