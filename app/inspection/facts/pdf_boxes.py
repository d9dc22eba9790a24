"""The boxes of a PDF page (PDF 1.7, 14.11.2 "Page Boundaries"), as the page is seen."""

import math
from typing import Any

from app.inspection.facts import mm
from app.inspection.facts.pdf_content import inherited, number

LETTER = [0.0, 0.0, 612.0, 792.0]  # what every reader takes for a page that names no size
Rect = list[float]


def page_boxes(page_number: int, page: Any) -> dict[str, Any]:
    """Return the boxes of a page (its dictionary) in mm, turned by /Rotate, scaled by /UserUnit.

    ``media_mm``, ``crop_mm`` (what readers show), ``trim_mm`` and ``bleed_box_mm`` are sizes;
    ``crop_at_mm``, ``trim_at_mm`` and ``bleed_at_mm`` their left top corners, measured from that of the
    MediaBox. Boxes are cut by the MediaBox; trim and bleed are None where the page has none with an
    area. ``bleed_mm`` is the smallest margin between trim and bleed (the CropBox without a BleedBox).
    """
    unit = user_unit(page)
    quarters = round(number(inherited(page, "/Rotate"), 0.0)) // 90 % 4
    media = _rect(inherited(page, "/MediaBox")) or LETTER
    crop = _within(_rect(inherited(page, "/CropBox")), media) or media
    trim, bleed = (_within(_rect(page.get(name)), media) for name in ("/TrimBox", "/BleedBox"))
    found: dict[str, Any] = {
        "number": page_number,
        "media_mm": _seen(media, media, quarters, unit)[1],
    }
    for name, box in (("crop", crop), ("trim", trim), ("bleed", bleed)):
        at, size = _seen(box, media, quarters, unit) if box else (None, None)
        found["bleed_box_mm" if name == "bleed" else f"{name}_mm"] = size
        found[f"{name}_at_mm"] = at
    found["bleed_mm"] = mm(min(_margins(trim, bleed or crop)) * unit) if trim else None
    return found


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
