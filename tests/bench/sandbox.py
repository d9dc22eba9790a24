"""A paper from the sandbox beside the same paper from a fresh interpreter without one."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

from app.core.pdf import render_pdf
from tests.bench.turns import Row, compare

PAPER = "<h1>Work order</h1><p>250 cards</p>"
BARE = f"import weasyprint; weasyprint.HTML(string={PAPER!r}).write_pdf()"


def bare() -> None:
    subprocess.run([sys.executable, "-c", BARE], check=True, capture_output=True)


def rows() -> Iterator[Row]:
    yield compare(
        "a PDF of one page, sandboxed", lambda: render_pdf(PAPER), "python and WeasyPrint", bare
    )
