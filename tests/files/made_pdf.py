"""PDF documents made for tests: any boxes, fonts, colours, pictures in forms, and broken ones."""

from __future__ import annotations

import io
from typing import Any

HELVETICA = {"Type": "/Font", "Subtype": "/Type1", "BaseFont": "/Helvetica"}
Matrix = tuple[float, float, float, float, float, float]


def a_document(*pages: dict[str, Any], content: bytes = b"") -> bytes:
    """A page for each dictionary of page entries (lists and numbers, names as text with a slash);
    ``None`` leaves an entry out that a page has otherwise."""
    import pikepdf

    pdf = pikepdf.new()
    for entries in pages:
        page = pdf.add_blank_page(page_size=(300, 200))
        page.Contents = pdf.make_stream(content)
        for name, value in entries.items():
            if value is None:
                del page.obj[f"/{name}"]
            else:
                page.obj[f"/{name}"] = as_pdf(pdf, value)
    return saved(pdf)


def as_pdf(pdf: Any, value: Any) -> Any:
    """Return Python values as objects of the document; bytes become a stream."""
    import pikepdf

    if isinstance(value, dict):
        return pikepdf.Dictionary({f"/{name}": as_pdf(pdf, held) for name, held in value.items()})
    if isinstance(value, list):
        return pikepdf.Array([as_pdf(pdf, held) for held in value])
    if isinstance(value, bytes):
        return pdf.make_stream(value)
    if isinstance(value, str) and value.startswith("/"):
        return pikepdf.Name(value)
    return value


def saved(pdf: Any, **options: Any) -> bytes:
    out = io.BytesIO()
    pdf.save(out, **options)
    return out.getvalue()


def a_form(pdf: Any, content: bytes, matrix: Matrix | None = None, **resources: Any) -> Any:
    """A Form XObject."""
    import pikepdf

    form = pdf.make_stream(content)
    form.Type, form.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
    form.BBox = pikepdf.Array([-5000, -5000, 5000, 5000])
    if matrix:
        form.Matrix = pikepdf.Array(list(matrix))
    form.Resources = as_pdf(pdf, resources)
    return form


def a_placed_picture(
    *matrices: str, pixels: tuple[int, int] = (100, 50), form: Matrix | None = None, unit: float = 1
) -> bytes:
    """A grey picture of so many pixels; each matrix but the last (``a b c d e f``) is that of a form
    round it, the last that of the picture. `form` is the innermost form's own /Matrix."""
    import pikepdf

    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(600, 600))
    drawn = pdf.make_stream(b"\x80" * (pixels[0] * pixels[1]))
    drawn.Type, drawn.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    drawn.Width, drawn.Height = pixels
    drawn.ColorSpace, drawn.BitsPerComponent = pikepdf.Name.DeviceGray, 8
    for depth, matrix in enumerate(reversed(matrices[1:])):
        own = form if depth == 0 else None
        drawn = a_form(pdf, f"q {matrix} cm /X Do Q".encode(), own, XObject={"X": drawn})
    page.Contents = pdf.make_stream(f"q {matrices[0]} cm /X Do Q".encode())
    page.Resources = as_pdf(pdf, {"XObject": {"X": drawn}})
    if unit != 1:
        page.obj.UserUnit = unit
    return saved(pdf)


def a_locked_pdf(body: bytes, *, user: str = "", owner: str = "owner") -> bytes:
    """The document under AES-256 (revision 6)."""
    import pikepdf

    with pikepdf.open(io.BytesIO(body)) as pdf:
        return saved(pdf, encryption=pikepdf.Encryption(user=user, owner=owner, R=6))


def by_hand(page: bytes, *objects: bytes, trailer: bytes = b"") -> bytes:
    """A document as written, with whatever bytes: entries of its page, then objects from number 4."""
    parts = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>"]
    parts += [b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]" + page + b">>", *objects]
    out, places = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    end = b"trailer\n<</Size %d/Root 1 0 R%s>>\n" % (len(parts) + 1, trailer)
    return out + head + table + end + b"startxref\n%d\n%%%%EOF\n" % len(out)


def for_certificates_only() -> bytes:
    """A document encrypted for those who hold a certificate's key."""
    lock = b"<</Filter/Adobe.PubSec/SubFilter/adbe.pkcs7.s4/V 1/R 131105/Recipients[(x)]>>"
    return by_hand(b"", lock, trailer=b"/Encrypt 4 0 R/ID[(a)(b)]")
