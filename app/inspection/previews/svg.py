"""SVG drawings by resvg, which runs no script and, with nothing external left, fetches nothing."""

import io
from pathlib import Path
from typing import Any

from app.inspection.kinds import Kind
from app.inspection.previews import PAGE_PX, Row, save_page_and_thumb
from app.inspection.refusal import damaged


def draw(path: Path, kind: Kind, facts: dict[str, Any], out: Path) -> list[Row]:
    """Draw the whole drawing, the longer side 2048 px."""
    import resvg_py
    from PIL import Image

    wide = (facts.get("width_mm") or 1) >= (facts.get("height_mm") or 1)
    try:
        drawn = resvg_py.svg_to_bytes(
            svg_string=path.read_text("utf-8-sig", "replace"),
            dpi=96.0,
            skip_system_fonts=not facts.get("text"),
            width=PAGE_PX if wide else None,
            height=None if wide else PAGE_PX,
        )
    except ValueError:
        raise damaged(kind.word) from None
    with Image.open(io.BytesIO(bytes(drawn)), formats=("PNG",)) as picture:
        return save_page_and_thumb(picture, out)
