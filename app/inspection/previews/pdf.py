"""PDF pages drawn by PDFium."""

from pathlib import Path
from typing import Any

from app.inspection.kinds import Kind
from app.inspection.previews import PAGE_PX, PAGES_MAX, Row, save_page_and_thumb
from app.inspection.refusal import damaged


def draw(path: Path, kind: Kind, facts: dict[str, Any], out: Path) -> list[Row]:
    """Draw the first eight pages, the longer side 2048 px."""
    import pypdfium2

    rows: list[Row] = []
    try:
        document = pypdfium2.PdfDocument(path)
        for index in range(min(PAGES_MAX, len(document))):
            page = document[index]
            scale = PAGE_PX / max(*page.get_size(), 1)
            picture = page.render(scale=scale, rev_byteorder=True).to_pil()
            rows += save_page_and_thumb(picture, out, index + 1)
            page.close()
        document.close()
    except pypdfium2.PdfiumError:
        raise damaged(kind.word) from None
    return rows
