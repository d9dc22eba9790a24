"""PDF pages drawn by PDFium."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.inspection.facts.pdf_boxes import crop_box, print_box
from app.inspection.facts.pdf_open import open_drawn, open_page, open_read
from app.inspection.kinds import Kind


def pictures(
    path: Path, kind: Kind, facts: dict[str, Any], pages: range, size_px: int
) -> Iterator[Any]:
    """Draw those of `pages` that there are as they are printed, the longer side `size_px`."""
    with open_drawn(path, kind) as document:
        for number in pages[: len(document)]:
            page = open_page(document, number)
            yield _picture(page, size_px)
            page.close()


def printed(
    path: Path, kind: Kind, facts: dict[str, Any], pages: range, size_px: int
) -> Iterator[tuple[int, Any]]:
    """Draw what a proof shows of those of `pages` whose readers are shown another part: number, picture."""
    with open_read(path, kind) as pdf:
        rows = pdf.pages[: pages.stop - 1]
        boxes = {
            number: print_box(page.obj)
            for number, page in enumerate(rows, start=1)
            if print_box(page.obj) != crop_box(page.obj)
        }
    with open_drawn(path, kind) as document:
        for number in (number for number in pages if number in boxes):
            page = document[number - 1]
            page.set_cropbox(*boxes[number])
            page.close()
            page = document[number - 1]
            yield number, _picture(page, size_px)
            page.close()


def _picture(page: Any, size_px: int) -> Any:
    scale = size_px / max(*page.get_size(), 1)
    drawn = page.render(scale=scale, rev_byteorder=True, draw_annots=False, may_draw_forms=False)
    return drawn.to_pil()
