"""The text layer of a PDF, as far as it can be read."""

from pathlib import Path

from app.inspection.facts import TEXT_MAX
from app.inspection.facts.pdf_open import open_drawn, open_page
from app.inspection.kinds import Kind

UNREADABLE = frozenset("\ufffd\ufffe\uffff\x00")
READABLE_SHARE = 0.9


def text_layer(path: Path, kind: Kind, pages: int) -> str:
    """Return the words of the first `pages` pages, at most 20,000 characters; "" where letters have no
    meaning (outlines, pictures, fonts that don't say which letter a glyph is)."""
    import pypdfium2

    parts: list[str] = []
    with open_drawn(path, kind) as document:
        for number in range(1, min(pages, len(document)) + 1):
            try:
                page = open_page(document, number)
                parts.append(page.get_textpage().get_text_bounded())
            except pypdfium2.PdfiumError:
                continue
            if sum(map(len, parts)) > TEXT_MAX:
                break
    text = " ".join(" ".join(parts).split())[:TEXT_MAX]
    read = [letter for letter in text if letter.isprintable() and letter not in UNREADABLE]
    if len(read) < READABLE_SHARE * len(text) or not any(map(str.isalnum, read)):
        return ""
    return "".join(read).ljust(len(text))  # so that a text that was cut shows its full length
