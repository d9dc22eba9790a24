"""Pictures placed in a PDF and the resolution they end up with on the page, asked of PDFium."""

import ctypes
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.inspection.facts.pdf_open import open_drawn, open_page
from app.inspection.kinds import Kind

IMAGES_MAX = 2000
FORMS_DEEP = 15
POINTS_PER_INCH = 72
SMALLEST_PX = 8  # rules and dots made of pictures say nothing about sharpness
Matrix = tuple[float, float, float, float]


def image_facts(path: Path, kind: Kind, units: list[float]) -> dict[str, Any]:
    """Return the count of placed pictures, the lowest effective dpi (None without any picture) and
    the page it is on. `units` holds the /UserUnit of each page that is looked at."""
    count, lowest, where = 0, None, None
    with open_drawn(path, kind) as document:
        for number, unit in enumerate(units[: len(document)], start=1):
            page = open_page(document, number)
            for dpi in _resolutions(page):
                count += 1
                if dpi is not None and (lowest is None or dpi / unit < lowest):
                    lowest, where = round(dpi / unit, 1), number
                if count >= IMAGES_MAX:
                    break
            page.close()
    return {"images": count, "image_dpi_min": lowest, "image_dpi_min_page": where}


def _resolutions(page: Any) -> Iterator[float | None]:
    import pypdfium2
    import pypdfium2.raw as raw

    try:
        for placed in page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=FORMS_DEEP):
            yield _dpi(raw, placed)
    except pypdfium2.PdfiumError:
        return  # a drawing that breaks off; the pictures before it are known


def _dpi(raw: Any, placed: Any) -> float | None:
    """Return pixels by inches along the picture's sides, the smaller of both: its matrix and those of
    all forms round it are multiplied, so that turning and skewing change nothing."""
    wide, high = ctypes.c_uint(), ctypes.c_uint()
    if not raw.FPDFImageObj_GetImagePixelSize(placed, wide, high):
        return None
    if min(wide.value, high.value) < SMALLEST_PX:
        return None
    matrix, form = _linear(placed), placed.container
    while form is not None:
        matrix, form = _product(matrix, _linear(form)), form.container
    sides = math.hypot(matrix[0], matrix[1]), math.hypot(matrix[2], matrix[3])
    if min(sides) <= 0:
        return None
    return min(wide.value / sides[0], high.value / sides[1]) * POINTS_PER_INCH


def _linear(placed: Any) -> Matrix:
    matrix = placed.get_matrix()
    return matrix.a, matrix.b, matrix.c, matrix.d


def _product(inner: Matrix, outer: Matrix) -> Matrix:
    a, b, c, d = inner
    e, f, g, h = outer
    return a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h
