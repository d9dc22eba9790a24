"""Papers are rendered from what they are handed and reach nothing else."""

from __future__ import annotations

import io
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pikepdf
import pytest
from PIL import Image

from app.core.pdf import render_pdf
from app.core.sandbox import SandboxStopped
from app.core.settings import ROOT

FONT = ROOT / "app" / "static" / "fonts" / "inter-latin.woff2"


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "PNG")
    return out.getvalue()


def opened(body: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(body))


def test_a_page_of_the_asked_size_comes_back():
    body = render_pdf("<style>@page { size: 148mm 105mm; margin: 0 }</style><p>Hello")
    assert body.startswith(b"%PDF-")
    pdf = opened(body)
    box = pdf.pages[0].mediabox
    assert float(box[2]) == pytest.approx(148 * 72 / 25.4, abs=0.5)


def test_pictures_and_fonts_come_from_what_was_handed_in():
    html = (
        "<style>@font-face { font-family: Own; src: url(asset:own.woff2) } p { font-family: Own }"
        '</style><p>Hello<img src="asset:a.png">'
    )
    assets = {"a.png": picture(), "own.woff2": FONT.read_bytes()}
    pdf = opened(render_pdf(html, assets=assets))
    assert len(pdf.pages[0].get_images()) == 1
    names = [str(font.BaseFont) for font in pdf.pages[0].obj.Resources.Font.values()]
    assert [name for name in names if name.endswith("Own")]


@pytest.mark.parametrize(
    "address",
    ["file:///etc/hostname", "asset:other.png", "asset:../a.png", "a.png/../../x", "ftp://x/a.png"],
)
def test_any_other_address_leaves_a_gap(address):
    html = f'<p>Hello<img src="{address}"><link rel="stylesheet" href="{address}">'
    pdf = opened(render_pdf(html, assets={"a.png": picture()}))
    assert len(pdf.pages[0].get_images()) == 0


def test_nothing_is_fetched_over_the_network():
    asked: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Listener)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        address = f"http://127.0.0.1:{server.server_port}/x.png"
        body = render_pdf(f'<img src="{address}"><style>@import url({address})</style><p>Hello')
    finally:
        server.shutdown()
        server.server_close()
    assert body.startswith(b"%PDF-")
    assert asked == []


@pytest.mark.parametrize("name", ["../a", "a/b", "", "a b", ".."])
def test_a_name_that_is_a_path_is_refused(name):
    with pytest.raises(ValueError, match="not a name"):
        render_pdf("<p>x", assets={name: b"x"})


def test_a_paper_that_takes_too_long_is_stopped_with_a_sentence():
    endless = "<table>" + "<tr><td>x<table><tr><td>y</table>" * 20_000
    with pytest.raises(SandboxStopped) as stopped:
        render_pdf(endless, wall_s=2)
    assert stopped.value.verdict == "time"
    assert stopped.value.sentence == "The paper took longer than 2 s to open and was stopped."
