"""Small PDFs that ask for very much: forms that draw forms, masks, patterns, a tree of pages that holds itself."""

from __future__ import annotations

import io
from typing import Any

import pikepdf

from tests.files.made_pdf import a_form

SQUARE = b"0 0 9 9 re f\n"


def saved(pdf: Any) -> bytes:
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def a_pdf_of_forms(levels: int = 7, width: int = 10, lowest: bytes = SQUARE) -> bytes:
    """One page whose form draws the form below it `width` times, `levels` deep."""
    pdf = pikepdf.new()
    form = a_form(pdf, lowest)
    for _ in range(levels):
        form = a_form(pdf, b"/X Do\n" * width, XObject=pikepdf.Dictionary(X=form))
    page = pdf.add_blank_page(page_size=(200, 200))
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=form))
    page.Contents = pdf.make_stream(b"/X Do\n")
    return saved(pdf)


def a_pdf_of_squares(count: int = 5_000_000) -> bytes:
    """One page that draws as many squares."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(200, 200))
    page.Contents = pdf.make_stream(SQUARE * count)
    return saved(pdf)


def a_pdf_of_page_trees(levels: int = 7, width: int = 10) -> bytes:
    """A tree of pages whose nodes hold the same node below them `width` times."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(200, 200))
    node = page.obj
    for level in range(1, levels + 1):
        kids = pikepdf.Array([node] * width)
        node = pdf.make_indirect(
            pikepdf.Dictionary(Type=pikepdf.Name.Pages, Kids=kids, Count=width**level)
        )
    pdf.Root.Pages = node
    return saved(pdf)


def a_group(pdf: Any, body: bytes, **resources: Any) -> Any:
    """A form that is a transparency group."""
    form = a_form(pdf, body, **resources)
    form.Group = pikepdf.Dictionary(S=pikepdf.Name.Transparency, CS=pikepdf.Name.DeviceGray)
    return form


def a_pdf_of_masks(levels: int, width: int) -> bytes:
    """One page under a soft mask whose shapes are under a soft mask, and so on."""
    pdf = pikepdf.new()
    group = a_group(pdf, SQUARE)
    for _ in range(levels):
        group = a_group(
            pdf, b"/G gs 0 0 99 99 re f\n" * width, ExtGState=pikepdf.Dictionary(G=a_mask(group))
        )
    page = pdf.add_blank_page(page_size=(200, 200))
    page.Resources = pikepdf.Dictionary(ExtGState={"/G": a_mask(group)})
    page.Contents = pdf.make_stream(b"/G gs 0 0 99 99 re f")
    return saved(pdf)


def a_mask(group: Any) -> Any:
    mask = pikepdf.Dictionary(S=pikepdf.Name.Luminosity, G=group)
    return pikepdf.Dictionary(SMask=mask)


def a_pdf_of_groups(count: int) -> bytes:
    """One page that draws a half transparent group as often."""
    pdf = pikepdf.new()
    group = a_group(pdf, b"0 0 200 200 re f")
    page = pdf.add_blank_page(page_size=(200, 200))
    half = pikepdf.Dictionary(ca=0.5, BM=pikepdf.Name.Multiply)
    page.Resources = pikepdf.Dictionary(XObject={"/X": group}, ExtGState={"/G": half})
    page.Contents = pdf.make_stream(b"/G gs\n" + b"/X Do\n" * count)
    return saved(pdf)


def a_pdf_of_cells(step: float, *, fills: int = 1, cell: bytes = SQUARE) -> bytes:
    """One page that fills itself with a pattern whose cells lie `step` points apart."""
    pdf = pikepdf.new()
    pattern = pdf.make_stream(cell)
    pattern.PatternType, pattern.PaintType, pattern.TilingType = 1, 1, 1
    pattern.BBox, pattern.XStep, pattern.YStep = pikepdf.Array([0, 0, 9, 9]), step, step
    page = pdf.add_blank_page(page_size=(200, 200))
    page.Resources = pikepdf.Dictionary(Pattern={"/P": pattern})
    page.Contents = pdf.make_stream(b"/Pattern cs /P scn\n" + b"0 0 200 200 re f\n" * fills)
    return saved(pdf)


def a_pdf_packed_as(filters: list[str], packed: bytes) -> bytes:
    """One page whose drawing is stored as it is given."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(200, 200))
    drawing = pdf.make_stream(b"")
    drawing.write(packed, filter=pikepdf.Array([pikepdf.Name(f"/{name}") for name in filters]))
    page.Contents = drawing
    out = io.BytesIO()
    pdf.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return out.getvalue()


def lzw_of_spaces(size: int) -> bytes:
    """`size` spaces packed by LZW, each code one space longer than the one before (ISO 32000-1, 7.4.4)."""
    codes, longest, length = [(256, 9)], 1, size
    while length > 0:
        width = max((256 + longest + 1).bit_length(), 9)
        codes.append((32 if longest == 1 else 256 + longest, width))
        length, longest = length - longest, longest + 1
        if longest == 3837:
            codes.append((256, 12))
            longest = 1
    held = bits = 0
    out = bytearray()
    for code, width in [*codes, (257, 12)]:
        held, bits = held << width | code, bits + width
        while bits >= 8:
            bits -= 8
            out.append(held >> bits & 255)
            held &= (1 << bits) - 1
    return bytes(out) + bytes([held << (8 - bits) & 255])
