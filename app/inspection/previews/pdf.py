"""PDF pages drawn by PDFium."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.inspection.facts.pdf_open import open_drawn, open_page
from app.inspection.kinds import Kind


def pictures(
    path: Path, kind: Kind, facts: dict[str, Any], pages: range, size_px: int
) -> Iterator[Any]:
    """Draw those of `pages` that there are, the longer side `size_px`."""
    with open_drawn(path, kind) as document:
        for number in pages[: len(document)]:
            page = open_page(document, number)
            scale = size_px / max(*page.get_size(), 1)
            yield page.render(scale=scale, rev_byteorder=True).to_pil()
            page.close()
