"""Pictures of stored files: one module per family of formats, each with ``draw(path, kind, facts, out)``.

They return rows ``{"kind", "path", "width_px", "height_px"}``: kind ``thumb`` (320 px), ``page-1``
to ``page-8`` (2048 px) or ``turntable`` (eight views of a model side by side). All are WebP. Runs
inside the sandbox only.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

THUMB_PX = 320
PAGE_PX = 2048
PAGES_MAX = 8
Row = dict[str, Any]


def save(picture: Any, out: Path, name: str) -> Row:
    """Store a Pillow picture as ``name.webp`` in `out` and return its row."""
    from PIL import Image

    if picture.mode not in {"RGB", "RGBA"}:
        picture = picture.convert("RGBA" if "A" in picture.getbands() else "RGB")
    if picture.mode == "RGBA":  # paper is white
        paper = Image.new("RGB", picture.size, "white")
        paper.paste(picture, mask=picture.getchannel("A"))
        picture = paper
    path = out / f"{name}.webp"
    # method 3 takes 1.4 to 4 times as long and makes a file a third smaller
    picture.save(path, "WEBP", quality=88, method=0)
    return {
        "kind": name,
        "path": str(path),
        "width_px": picture.width,
        "height_px": picture.height,
    }


def save_page_and_thumb(picture: Any, out: Path, number: int = 1) -> list[Row]:
    """Store ``page-N`` no larger than 2048 px, and for the first page ``thumb``."""
    from PIL import Image

    page = picture.copy()
    page.thumbnail((PAGE_PX, PAGE_PX), Image.Resampling.LANCZOS)
    rows = [save(page, out, f"page-{number}")]
    if number == 1:
        page.thumbnail((THUMB_PX, THUMB_PX), Image.Resampling.LANCZOS)
        rows.insert(0, save(page, out, "thumb"))
    return rows
