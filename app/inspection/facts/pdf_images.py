"""Pictures placed in a PDF and the resolution they end up with on the page, asked of PDFium."""

import ctypes
from pathlib import Path
from typing import Any

IMAGES_MAX = 2000
SMALLEST_PX = 8  # rules and dots made of pictures say nothing about sharpness


def image_facts(path: Path, pages: int) -> dict[str, Any]:
    """Return the count of placed pictures, the lowest effective dpi (None without any picture) and
    the page it is on."""
    import pypdfium2
    import pypdfium2.raw as raw

    count, lowest, where = 0, None, None
    document = pypdfium2.PdfDocument(path)
    try:
        for number in range(min(pages, len(document))):
            page = document[number]
            for placed in page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=8):
                count += 1
                dpi = _dpi(raw, placed, page)
                if dpi is not None and (lowest is None or dpi < lowest):
                    lowest, where = dpi, number + 1
                if count >= IMAGES_MAX:
                    break
            page.close()
    finally:
        document.close()
    return {"images": count, "image_dpi_min": lowest, "image_dpi_min_page": where}


def _dpi(raw: Any, placed: Any, page: Any) -> float | None:
    about = raw.FPDF_IMAGEOBJ_METADATA()
    if not raw.FPDFImageObj_GetImageMetadata(placed, page, ctypes.byref(about)):
        return None
    if min(about.width, about.height) < SMALLEST_PX or not about.horizontal_dpi:
        return None
    return round(float(min(about.horizontal_dpi, about.vertical_dpi)), 1)
