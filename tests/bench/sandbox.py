"""A paper from the sandbox beside the same paper from WeasyPrint alone, both warm."""

from __future__ import annotations

from collections.abc import Iterator

from app.core.pdf import render_pdf
from tests.bench.turns import Row, compare

PAPER = "<h1>Work order</h1><p>250 cards</p>"


def bare() -> None:
    import weasyprint

    weasyprint.HTML(string=PAPER).write_pdf()


def rows() -> Iterator[Row]:
    yield compare(
        "a PDF of one page, sandboxed",
        lambda: render_pdf(PAPER),
        "WeasyPrint, in this process",
        bare,
    )
