"""Pictures of stored files: one module per family of formats, each with ``draw(path, kind, facts, out)``.

They return rows ``{"kind", "path", "width_px", "height_px"}``: kind ``thumb`` (320 px), ``page-1``
to ``page-8`` (2048 px) or ``turntable`` (eight views of a model side by side). Runs inside the
sandbox only.
"""

from pathlib import Path
from typing import Any

THUMB_PX = 320
PAGE_PX = 2048
PAGES_MAX = 8
Row = dict[str, Any]


def save(picture: Any, out: Path, name: str) -> Row:
    """Store a Pillow picture as `name` in `out` and return its row.

    Pages are JPEG, which is written five times as fast as WebP of the same quality and goes into a
    proof as it is; the others, which lists and pages show by the dozen, are small WebP.
    """
    from PIL import Image

    if picture.mode not in {"RGB", "RGBA"}:
        picture = picture.convert("RGBA" if "A" in picture.getbands() else "RGB")
    if picture.mode == "RGBA":  # paper is white
        paper = Image.new("RGB", picture.size, "white")
        paper.paste(picture, mask=picture.getchannel("A"))
        picture = paper
    path = out / f"{name}{'.jpg' if name.startswith('page-') else '.webp'}"
    picture.save(path, quality=88, method=0)
    width, height = picture.size
    return {"kind": name, "path": str(path), "width_px": width, "height_px": height}


def save_page_and_thumb(picture: Any, out: Path, number: int = 1) -> list[Row]:
    """Store ``page-N`` no larger than 2048 px, and for the first page ``thumb``; shrinks `picture`."""
    from PIL import Image

    picture.thumbnail((PAGE_PX, PAGE_PX), Image.Resampling.LANCZOS)
    rows = [save(picture, out, f"page-{number}")]
    if number == 1:
        picture.thumbnail((THUMB_PX, THUMB_PX), Image.Resampling.LANCZOS)
        rows.insert(0, save(picture, out, "thumb"))
    return rows
