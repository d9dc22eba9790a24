"""SVG drawings by resvg, which runs no script and, with nothing external left, fetches nothing."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.inspection.kinds import Kind
from app.inspection.refusal import damaged


def pictures(
    path: Path, kind: Kind, facts: dict[str, Any], pages: range, size_px: int
) -> Iterator[Any]:
    """Draw the whole drawing, the longer side `size_px`."""
    import resvg_py
    from PIL import Image

    wide = (facts.get("width_mm") or 1) >= (facts.get("height_mm") or 1)
    try:
        drawn = resvg_py.svg_to_bytes(
            svg_string=path.read_text("utf-8-sig", "replace"),
            dpi=96.0,
            skip_system_fonts=not facts.get("text"),
            width=size_px if wide else None,
            height=None if wide else size_px,
        )
    except ValueError:
        raise damaged(kind.word) from None
    with Image.open(io.BytesIO(bytes(drawn)), formats=("PNG",)) as picture:
        picture.load()
        yield picture
