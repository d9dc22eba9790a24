"""PDF pages drawn by PDFium."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.inspection.kinds import Kind
from app.inspection.refusal import damaged


def pictures(
    path: Path, kind: Kind, facts: dict[str, Any], pages: range, size_px: int
) -> Iterator[Any]:
    """Draw those of `pages` that there are, the longer side `size_px`."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
        for number in pages:
            page = document[number - 1]
            scale = size_px / max(*page.get_size(), 1)
            yield page.render(scale=scale, rev_byteorder=True).to_pil()
            page.close()
        document.close()
    except pypdfium2.PdfiumError:
        raise damaged(kind.word) from None
