"""PDF documents: pages and boxes, fonts, colours, pictures, transparency, output intent."""

from pathlib import Path
from typing import Any

from app.inspection.facts import mm
from app.inspection.facts.pdf_bombs import check_streams
from app.inspection.facts.pdf_content import Contents, inherited
from app.inspection.facts.pdf_images import image_facts
from app.inspection.kinds import Kind
from app.inspection.refusal import FileRefused, damaged, truncated

PAGES_LOOKED_AT = 200
TAIL = 4096


def read(path: Path, kind: Kind) -> dict[str, Any]:
    """Return the facts of the document; pages beyond the 200th are counted, not looked at.

    ``page_facts`` has a row a page: number, media, trim and bleed as [width, height] in mm (trim and
    bleed None where the page has no such box), ``bleed_mm`` the smallest margin between both.
    """
    import pikepdf

    _check_end(path, kind)
    try:
        pdf = pikepdf.open(path)
    except pikepdf.PasswordError:
        raise FileRefused(
            "password",
            "The PDF document asks for a password.",
            next_step="Save it without a password and upload it again.",
        ) from None
    except pikepdf.PdfError:
        raise damaged(kind.word) from None
    with pdf:
        check_streams(pdf)
        count = len(pdf.pages)
        if count == 0:
            raise damaged(kind.word)
        contents = Contents()
        pages = []
        for number, page in enumerate(pdf.pages[:PAGES_LOOKED_AT], start=1):
            pages.append(_page(number, page))
            contents.look_at(page.obj)
        return {
            "pages": count,
            "pages_looked_at": len(pages),
            "pdf_version": pdf.pdf_version,
            "encrypted": pdf.is_encrypted,
            "page_facts": pages,
            **contents.facts(),
            **image_facts(path, len(pages)),
            "output_intent": _output_intent(pdf),
        }


def _check_end(path: Path, kind: Kind) -> None:
    """A document that lost its end has lost its table of contents; repairing it would be guessing."""
    with open(path, "rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL))
        if b"%%EOF" not in file.read():
            raise truncated(kind.word)


def _page(number: int, page: Any) -> dict[str, Any]:
    held = page.obj
    unit = float(held.get("/UserUnit", 1))
    is_turned = int(inherited(held, "/Rotate") or 0) % 180 == 90
    media = _box(page.mediabox)
    trim, bleed = (_box(held[key]) if key in held else None for key in ("/TrimBox", "/BleedBox"))

    def size(box: list[float] | None) -> list[float] | None:
        if box is None:
            return None
        sides = [mm((box[2] - box[0]) * unit), mm((box[3] - box[1]) * unit)]
        return sides[::-1] if is_turned else sides

    margin = None
    if trim and bleed:
        low, high = zip(trim[:2], bleed[:2], strict=True), zip(bleed[2:], trim[2:], strict=True)
        margin = mm(min(inner - outer for inner, outer in [*low, *high]) * unit)
    return {
        "number": number,
        "media_mm": size(media),
        "trim_mm": size(trim),
        "bleed_box_mm": size(bleed),
        "bleed_mm": margin,
    }


def _box(array: Any) -> list[float]:
    x0, y0, x1, y1 = (float(value) for value in array)
    return [min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)]


def _output_intent(pdf: Any) -> str | None:
    intents = pdf.Root.get("/OutputIntents")
    if not intents:
        return None
    named = intents[0].get("/OutputConditionIdentifier") or intents[0].get("/Info") or "unnamed"
    return str(named)
