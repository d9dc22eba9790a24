"""Opening a PDF with pikepdf, which reads it, and with PDFium, which draws it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.inspection.facts.pdf_annotations import print_annotations
from app.inspection.kinds import Kind
from app.inspection.refusal import FileRefused, damaged

ENCRYPTED = "unsupported encryption filter"
LOOP = "Loop detected in /Pages"


def open_read(path: Path, kind: Kind) -> Any:
    """Return the pikepdf document; raise FileRefused where it can't be opened without a secret."""
    import pikepdf

    try:
        return pikepdf.open(path)
    except pikepdf.PasswordError:
        raise FileRefused(
            "password",
            "The PDF document asks for a password.",
            next_step="Save it without a password and upload it again.",
        ) from None
    except pikepdf.PdfError as problem:
        if ENCRYPTED in str(problem):
            raise FileRefused(
                "password",
                "The PDF document is encrypted for certain people, by their certificate.",
                next_step="Save it without encryption and upload it again.",
            ) from None
        if LOOP in str(problem):
            raise FileRefused(
                "pages", "The PDF document's tree of pages holds the same branch more than once."
            ) from None
        raise damaged(kind.word) from None


@contextmanager
def open_drawn(path: Path, kind: Kind) -> Iterator[Any]:
    """Give the PDFium document as it is printed: with the form fields and comments that a press draws.

    What only pikepdf can open (a password that is empty, a broken table of contents) is written out
    plainly first; raise FileRefused where that doesn't help either."""
    import pypdfium2

    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.pdf"
        with open_read(path, kind) as pdf:
            is_changed = bool(print_annotations(pdf)["annotations_printed"])
            if is_changed:
                pdf.save(plain)
        try:
            document = pypdfium2.PdfDocument(plain if is_changed else path)
        except pypdfium2.PdfiumError:
            with open_read(path, kind) as pdf:
                print_annotations(pdf)
                pdf.save(plain)
            try:
                document = pypdfium2.PdfDocument(plain)
            except pypdfium2.PdfiumError:
                raise damaged(kind.word) from None
        try:
            yield document
        finally:
            document.close()


def open_page(document: Any, number: int) -> Any:
    """Return page `number` (from 1) of a PDFium document, whole where its CropBox has no area; raise
    FileRefused for one that can't be opened."""
    import pypdfium2

    try:
        page = document[number - 1]
    except pypdfium2.PdfiumError:
        raise damaged(f"PDF document's page {number}") from None
    if min(page.get_size()) > 0:
        return page
    page.set_cropbox(*page.get_mediabox())
    page.close()
    return document[number - 1]
