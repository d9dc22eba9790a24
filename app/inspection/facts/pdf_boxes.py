"""The boxes of a PDF page (PDF 1.7, 14.11.2 "Page Boundaries"), as the page is seen."""

import math
from typing import Any

from app.inspection.facts import MM_PER_POINT, mm
from app.inspection.facts.pdf_content import inherited, number

LETTER = [0.0, 0.0, 612.0, 792.0]  # what every reader takes for a page that names no size
ROUND_MM = 30.0  # more than any bleed
Rect = list[float]


def page_boxes(page_number: int, page: Any) -> dict[str, Any]:
    """Return the boxes of a page (its dictionary) in mm, turned by /Rotate, scaled by /UserUnit.

    ``media_mm``, ``crop_mm`` (what readers show), ``trim_mm`` and ``bleed_box_mm`` are sizes;
    ``crop_at_mm``, ``trim_at_mm`` and ``bleed_at_mm`` their left top corners, measured from that of the
    MediaBox. Boxes are cut by the MediaBox; trim and bleed are None where the page has none with an
    area. ``print_mm`` at ``print_at_mm`` is what a proof shows: the MediaBox as far as 30 mm round the
    trim (else the CropBox). ``bleed_mm`` is the smallest margin between trim and bleed (the MediaBox
    without a BleedBox), or round the CropBox of a page without a trim.
    """
    unit = user_unit(page)
    quarters = round(number(inherited(page, "/Rotate"), 0.0)) // 90 % 4
    media = _rect(inherited(page, "/MediaBox")) or LETTER
    crop = crop_box(page)
    trim, bleed = (_within(_rect(page.get(name)), media) for name in ("/TrimBox", "/BleedBox"))
    printed = print_box(page)
    found: dict[str, Any] = {
        "number": page_number,
        "media_mm": _seen(media, media, quarters, unit)[1],
    }
    for name, box in (("crop", crop), ("trim", trim), ("bleed", bleed), ("print", printed)):
        at, size = _seen(box, media, quarters, unit) if box else (None, None)
        found["bleed_box_mm" if name == "bleed" else f"{name}_mm"] = size
        found[f"{name}_at_mm"] = at
    found["bleed_mm"] = mm(max(0.0, min(_margins(trim or crop, bleed or media))) * unit)
    return found


def print_box(page: Any) -> Rect:
    """Return left, low, right, high of what a proof shows of the page, in its own units."""
    media = _rect(inherited(page, "/MediaBox")) or LETTER
    placed = _within(_rect(page.get("/TrimBox")), media) or crop_box(page)
    room = ROUND_MM / MM_PER_POINT / user_unit(page)
    return [max(a, b - room) for a, b in zip(media[:2], placed[:2], strict=True)] + [
        min(a, b + room) for a, b in zip(media[2:], placed[2:], strict=True)
    ]


def crop_box(page: Any) -> Rect:
    """Return left, low, right, high of what readers show of the page, in its own units."""
    media = _rect(inherited(page, "/MediaBox")) or LETTER
    return _within(_rect(inherited(page, "/CropBox")), media) or media


def user_unit(page: Any) -> float:
    """Return how many points a unit of the page is; 1 for what is no such number."""
    unit = number(page.get("/UserUnit"), 1.0)
    return unit if 0 < unit < math.inf else 1.0


def _seen(box: Rect, media: Rect, quarters: int, unit: float) -> tuple[Rect, Rect]:
    """Return left top corner and size in mm; a quarter turn to the right brings the left to the top."""
    left, top, right, bottom = _margins(box, media)
    size = [box[2] - box[0], box[3] - box[1]]
    for _ in range(quarters):
        left, top, right, bottom = bottom, left, top, right
        size.reverse()
    return [mm(left * unit), mm(top * unit)], [mm(side * unit) for side in size]


def _margins(inner: Rect, outer: Rect) -> tuple[float, float, float, float]:
    return inner[0] - outer[0], outer[3] - inner[3], outer[2] - inner[2], inner[1] - outer[1]


def _within(box: Rect | None, media: Rect) -> Rect | None:
    if box is None:
        return None
    low = [max(a, b) for a, b in zip(box[:2], media[:2], strict=True)]
    high = [min(a, b) for a, b in zip(box[2:], media[2:], strict=True)]
    return low + high if high[0] > low[0] and high[1] > low[1] else None


def _rect(held: Any) -> Rect | None:
    """Return left, low, right, high; None for what is no box or one without area."""
    import pikepdf

    if not isinstance(held, pikepdf.Array) or len(held) != 4:
        return None
    x0, y0, x1, y1 = (number(value, math.inf) for value in held)
    box = [min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)]
    if not all(map(math.isfinite, box)):
        return None
    return box if box[2] > box[0] and box[3] > box[1] else None
