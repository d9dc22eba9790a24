"""The last touch to a rendered proof: TrimBox and BleedBox of every sheet, and who made it."""

import io
from collections.abc import Sequence

from app.artwork.proofing.paper import ProofWork
from app.artwork.proofing.sheet import Sheet


def finish(body: bytes, sheets: Sequence[Sheet], work: ProofWork) -> bytes:
    """Return the PDF with the boxes of its first ``len(sheets)`` pages set.

    WeasyPrint knows the paper only; the trim lies within it (PDF 1.7, section 14.11.2).
    """
    import pikepdf

    with pikepdf.open(io.BytesIO(body)) as pdf:
        for sheet, page in zip(sheets, pdf.pages, strict=False):
            for name, box in sheet.boxes().items():
                page.obj[name] = pikepdf.Array(box)
        pdf.docinfo["/Subject"] = f"Version {work.number} of {work.label}, SHA-256 {work.sha256}"
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()
