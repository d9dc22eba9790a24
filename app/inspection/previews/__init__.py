"""Pictures of stored files: one module per family of formats, each with
``pictures(path, kind, facts, pages, size_px)``, which yields a Pillow picture for each of `pages`
(numbers from 1), its longer side `size_px`; a model may have a ``turntable(path, kind, facts)``.

Kept are rows ``{"kind", "path", "width_px", "height_px"}``: kind ``thumb`` (320 px), ``page-1`` to
``page-60`` (2048 px), ``print-1`` and so on where a proof shows another part of the page, which
``printed(path, kind, facts, pages, size_px)`` draws, or ``turntable`` (eight views of a model side by
side). Runs inside the sandbox only.
"""

import importlib
import time
from pathlib import Path
from typing import Any

from app.inspection.kinds import Kind
from app.inspection.previews.colour import to_screen
from app.inspection.refusal import FileRefused

THUMB_PX = 320
PAGE_PX = 2048
PAGES_MAX = 60  # a longer file can't be approved, see app.artwork.verbs
Row = dict[str, Any]


def draw(path: Path, kind: Kind, facts: dict[str, Any], out: Path, budget_s: float) -> list[Row]:
    """Draw everything that is kept of the file into `out` and return the rows.

    Pages are left out from the end once `budget_s` of processor time are spent; a page is there with all
    its pictures or not.
    """
    from PIL import Image

    drawer = importlib.import_module(f"{__name__}.{kind.reader}")
    last, started = min(PAGES_MAX, facts["pages"]), time.process_time()
    printed: list[Row] = []
    if hasattr(drawer, "printed"):
        for number, picture in drawer.printed(path, kind, facts, range(1, last + 1), PAGE_PX):
            picture.thumbnail((PAGE_PX, PAGE_PX), Image.Resampling.LANCZOS)
            printed.append(save(picture, out, f"print-{number}"))
            if time.process_time() - started > budget_s / 2:
                last = number
                break
    rows: list[Row] = []
    pages = range(1, last + 1)
    for number, picture in enumerate(drawer.pictures(path, kind, facts, pages, PAGE_PX), start=1):
        rows += save_page_and_thumb(picture, out, number)
        if time.process_time() - started > budget_s:
            break
    if rows and hasattr(drawer, "turntable"):
        strip = drawer.turntable(path, kind, facts)
        rows += [save(strip, out, "turntable")] if strip else []
    return rows + printed


def draw_one(
    path: Path, kind: Kind, facts: dict[str, Any], out: Path, page: int, size_px: int
) -> Row:
    """Draw one page as PNG into `out` and return its row; raise FileRefused where there is none."""
    from PIL import Image

    count = facts["pages"]
    if page > count:
        held = "1 page" if count == 1 else f"{count} pages"
        raise FileRefused("no_page", f"The file has {held}, no page {page}.", next_step="")
    drawer = importlib.import_module(f"{__name__}.{kind.reader}")
    for picture in drawer.pictures(path, kind, facts, range(page, page + 1), size_px):
        picture.thumbnail((size_px, size_px), Image.Resampling.LANCZOS)
        target = out / f"page-{page}.png"
        on_paper(picture).save(target)
        return _row(f"page-{page}", target, picture.size)
    raise FileRefused("not_drawn", "The file is too heavy to draw.", next_step="")


def save(picture: Any, out: Path, name: str) -> Row:
    """Store a Pillow picture as `name` in `out` and return its row.

    Pages are JPEG, which is written five times as fast as WebP of the same quality and goes into a
    proof as it is; the others, which lists and pages show by the dozen, are small WebP.
    """
    path = out / f"{name}{'.jpg' if name.startswith(('page-', 'print-')) else '.webp'}"
    on_paper(picture).save(path, quality=88, method=0)
    return _row(name, path, picture.size)


def _row(name: str, path: Path, size: tuple[int, int]) -> Row:
    return {"kind": name, "path": str(path), "width_px": size[0], "height_px": size[1]}


def on_paper(picture: Any) -> Any:
    """Return the picture in RGB, on white where it is see-through."""
    from PIL import Image

    picture = to_screen(picture)
    if picture.mode == "RGBA":
        paper = Image.new("RGB", picture.size, "white")
        paper.paste(picture, mask=picture.getchannel("A"))
        return paper
    return picture if picture.mode == "RGB" else picture.convert("RGB")


def save_page_and_thumb(picture: Any, out: Path, number: int = 1) -> list[Row]:
    """Store ``page-N`` no larger than 2048 px, and for the first page ``thumb``; shrinks `picture`."""
    from PIL import Image

    picture.thumbnail((PAGE_PX, PAGE_PX), Image.Resampling.LANCZOS)
    rows = [save(picture, out, f"page-{number}")]
    if number == 1:
        picture.thumbnail((THUMB_PX, THUMB_PX), Image.Resampling.LANCZOS)
        rows.insert(0, save(picture, out, "thumb"))
    return rows
