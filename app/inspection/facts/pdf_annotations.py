"""Form fields and comments of a PDF: those that a press prints become part of the page, the others are told."""

from collections.abc import Iterator
from typing import Any

from app.inspection.facts.pdf_content import number

HIDDEN = 1 << 0 | 1 << 1  # invisible, hidden: neither seen nor printed (PDF 1.7, 12.5.3)
PRINT, NO_VIEW = 1 << 2, 1 << 5
NEVER_DRAWN = ("/Link", "/Popup")


def print_annotations(pdf: Any) -> dict[str, Any]:
    """Draw into its pages what is printed of the document's fields and comments, and drop the rest.

    Returns how many are ``annotations_printed`` and how many people see on a screen only
    (``annotations_unprinted``, the first of them on ``annotations_unprinted_page``).
    """
    import pikepdf

    printed, unprinted, where = 0, 0, None
    _draw_values(pdf)
    for page_number, page in enumerate(pdf.pages, start=1):
        for annotation in _seen(page.obj):
            if _flags(annotation) & PRINT and _appearance(annotation) is not None:
                printed += 1
            elif not _flags(annotation) & NO_VIEW and _shows_something(annotation):
                unprinted += 1
                where = where or page_number
    if printed:
        try:
            pdf.flatten_annotations("print")
        except pikepdf.PdfError:
            printed, unprinted, where = 0, unprinted + printed, where or 1
    return {
        "annotations_printed": printed,
        "annotations_unprinted": unprinted,
        "annotations_unprinted_page": where,
    }


def _draw_values(pdf: Any) -> None:
    """Give fields the appearance that the document leaves to its reader (NeedAppearances)."""
    import pikepdf

    form = pdf.Root.get("/AcroForm")
    if isinstance(form, pikepdf.Dictionary) and bool(form.get("/NeedAppearances")):
        try:
            pdf.generate_appearance_streams()
        except pikepdf.PdfError:
            return


def _seen(page: Any) -> Iterator[Any]:
    import pikepdf

    held = page.get("/Annots")
    for annotation in held if isinstance(held, pikepdf.Array) else []:
        if not isinstance(annotation, pikepdf.Dictionary) or _flags(annotation) & HIDDEN:
            continue
        if str(annotation.get("/Subtype")) not in NEVER_DRAWN:
            yield annotation


def _flags(annotation: Any) -> int:
    return int(number(annotation.get("/F"), 0.0))


def _appearance(annotation: Any) -> Any:
    """Return the drawing of the annotation in its present state, None where it has none."""
    import pikepdf

    held = annotation.get("/AP")
    normal = held.get("/N") if isinstance(held, pikepdf.Dictionary) else None
    if isinstance(normal, pikepdf.Dictionary) and not isinstance(normal, pikepdf.Stream):
        state = annotation.get("/AS")
        normal = normal.get(str(state)) if isinstance(state, pikepdf.Name) else None
    return normal if isinstance(normal, pikepdf.Stream) else None


def _shows_something(annotation: Any) -> bool:
    """Whether a reader on a screen shows it: a drawing, a comment, or a field with a value."""
    if _appearance(annotation) is not None:
        return True
    if str(annotation.get("/Subtype")) == "/Widget":
        field = annotation if "/FT" in annotation else annotation.get("/Parent", annotation)
        return str(field.get("/FT")) in ("/Tx", "/Ch") and bool(str(field.get("/V", "")))
    return True
