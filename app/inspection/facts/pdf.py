"""PDF documents: pages and boxes, fonts, colours, pictures, transparency, output intent."""

from pathlib import Path
from typing import Any

from app.inspection.facts.pdf_bombs import check_streams
from app.inspection.facts.pdf_boxes import page_boxes, user_unit
from app.inspection.facts.pdf_content import Contents, words
from app.inspection.facts.pdf_images import image_facts
from app.inspection.facts.pdf_open import open_read
from app.inspection.kinds import Kind
from app.inspection.refusal import damaged, truncated

PAGES_LOOKED_AT = 200
TAIL, FILLED_MAX_BYTES = 4096, 1024 * 1024


def read(path: Path, kind: Kind) -> dict[str, Any]:
    """Return the facts of the document; pages beyond the 200th are counted, not looked at.

    ``page_facts`` has a row a page, see `page_boxes`.
    """
    _check_end(path, kind)
    with open_read(path, kind) as pdf:
        check_streams(pdf)
        count = len(pdf.pages)
        if count == 0:
            raise damaged(kind.word)
        contents = Contents()
        pages = []
        for number, page in enumerate(pdf.pages[:PAGES_LOOKED_AT], start=1):
            pages.append(page_boxes(number, page.obj))
            contents.look_at(page.obj)
        return {
            "pages": count,
            "pages_looked_at": len(pages),
            "pdf_version": pdf.pdf_version,
            "encrypted": pdf.is_encrypted,
            "page_facts": pages,
            **contents.facts(),
            **image_facts(path, kind, [user_unit(page.obj) for page in pdf.pages[: len(pages)]]),
            "output_intent": _output_intent(pdf),
        }


def _check_end(path: Path, kind: Kind) -> None:
    """A document that lost its end has lost its table of contents; repairing it would be guessing.
    Zeros behind the end are what some servers fill the last block with."""
    with open(path, "rb") as file:
        file.seek(max(0, path.stat().st_size - FILLED_MAX_BYTES))
        if b"%%EOF" not in file.read().rstrip(b"\0\r\n\t ")[-TAIL:]:
            raise truncated(kind.word)


def _output_intent(pdf: Any) -> str | None:
    import pikepdf

    intents = pdf.Root.get("/OutputIntents")
    if not isinstance(intents, pikepdf.Array) or not len(intents):
        return None
    if not isinstance(intents[0], pikepdf.Dictionary):
        return None
    held = [intents[0].get(name) for name in ("/OutputConditionIdentifier", "/Info")]
    return next(
        (words(name) for name in held if isinstance(name, pikepdf.String) and str(name)), "unnamed"
    )
