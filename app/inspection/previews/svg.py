"""SVG drawings by resvg, which runs no script and, with nothing external left, fetches nothing."""

import io
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.core.fonts import FAMILIES, font_files
from app.inspection.kinds import Kind
from app.inspection.refusal import damaged

FIRST_PX, STEP, BUDGET_S = 128, 2, 5.0


def pictures(
    path: Path, kind: Kind, facts: dict[str, Any], pages: range, size_px: int
) -> Iterator[Any]:
    """Draw the whole drawing, the longer side `size_px`; smaller where that would take too long.

    Some filters take sixteen times as long at twice the size, so it is drawn small first, and larger
    only while the next size can be expected to be done in time.
    """
    text = path.read_text("utf-8-sig", "replace")
    wide = (facts.get("width_mm") or 1) >= (facts.get("height_mm") or 1)
    side = min(FIRST_PX, size_px)
    while True:
        started = time.monotonic()
        picture = _drawn(text, kind, side, wide=wide, with_fonts=bool(facts.get("text")))
        took_s = time.monotonic() - started
        following = min(side * STEP, size_px)
        if side == size_px or took_s * (following / side) ** 4 > BUDGET_S:
            break
        # most drawings cost no more than their pixels: those are drawn at once
        is_cheap = took_s * (size_px / side) ** 4 <= BUDGET_S
        side = size_px if is_cheap else following
    yield picture


def _typefaces() -> dict[str, Any]:
    """Return our own typefaces for live text, so that none is left out where the machine has no such font."""
    family = FAMILIES[0]
    return {
        "font_files": [str(file) for file in font_files()],
        "font_family": family,
        "serif_family": family,
        "sans_serif_family": family,
        "cursive_family": family,
        "fantasy_family": family,
        "monospace_family": family,
    }


def _drawn(text: str, kind: Kind, side_px: int, *, wide: bool, with_fonts: bool) -> Any:
    import resvg_py
    from PIL import Image

    try:
        drawn = resvg_py.svg_to_bytes(
            svg_string=text,
            dpi=96.0,
            skip_system_fonts=True,
            **(_typefaces() if with_fonts else {}),
            width=side_px if wide else None,
            height=None if wide else side_px,
        )
    except ValueError:
        raise damaged(kind.word) from None
    with Image.open(io.BytesIO(bytes(drawn)), formats=("PNG",)) as picture:
        picture.load()
        return picture
