"""PDF documents: pages and boxes, fonts, colours, pictures, transparency, output intent."""

from pathlib import Path
from typing import Any

from app.inspection.facts import cause
from app.inspection.facts.pdf_annotations import print_annotations
from app.inspection.facts.pdf_bombs import check_streams
from app.inspection.facts.pdf_boxes import page_boxes, user_unit
from app.inspection.facts.pdf_content import Contents, inherited, words
from app.inspection.facts.pdf_cost import DrawingCost, check_page_tree
from app.inspection.facts.pdf_images import image_facts
from app.inspection.facts.pdf_open import open_read
from app.inspection.facts.pdf_text import text_layer
from app.inspection.kinds import Kind
from app.inspection.refusal import FileRefused, damaged, truncated

PAGES_LOOKED_AT = 200
TAIL, FILLED_MAX_BYTES = 4096, 1024 * 1024


def read(path: Path, kind: Kind) -> dict[str, Any]:
    """Return the facts of the document; pages beyond the 200th are counted, not looked at.

    ``page_facts`` has a row a page, see `page_boxes`.
    """
    with _open_whole(path, kind) as pdf:
        check_streams(pdf)
        check_page_tree(pdf)
        count = len(pdf.pages)
        if count == 0:
            raise damaged(kind.word)
        cost = DrawingCost()
        for number, page in enumerate(pdf.pages[:PAGES_LOOKED_AT], start=1):
            cost.check(number, page.obj, inherited(page.obj, "/Resources"))
        cause.note(cost.causes)
        annotations = print_annotations(pdf)
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
            **annotations,
            **contents.facts(),
            **image_facts(path, kind, [user_unit(page.obj) for page in pdf.pages[: len(pages)]]),
            "text_layer": text_layer(path, kind, len(pages)),
            "output_intent": _output_intent(pdf),
        }


def _open_whole(path: Path, kind: Kind) -> Any:
    """Return the document. One that lost its end lost its table of contents with it; what can be pieced
    together of such a file would be a guess. Zeros behind the end are what some servers leave there."""
    with open(path, "rb") as file:
        file.seek(max(0, path.stat().st_size - FILLED_MAX_BYTES))
        has_end = b"%%EOF" in file.read().rstrip(b"\0\r\n\t ")[-TAIL:]
    try:
        pdf = open_read(path, kind)
    except FileRefused as refused:
        if has_end or refused.code != "damaged":
            raise
        raise truncated(kind.word) from None
    if not has_end and any("reconstruct" in str(warning) for warning in pdf.get_warnings()):
        raise truncated(kind.word)
    return pdf


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
