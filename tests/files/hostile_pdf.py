"""Small PDFs that ask for very much: forms that draw forms, and a tree of pages that holds itself many times."""

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
