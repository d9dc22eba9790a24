"""Form fields and comments: what a press prints is drawn and checked, the rest is told."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image

from app import preflight
from app.catalog.properties import Artwork
from app.inspection.file_facts import FileFacts
from app.inspection.inspect import inspect

PRINT, HIDDEN, NO_VIEW = 4, 2, 32


def annotated(flags: int = PRINT, subtype: str = "/Widget", **more: object) -> bytes:
    """A white page of 100 points with an annotation that fills a quarter of it with text on red."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(100, 100))
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1,
                              BaseFont=pikepdf.Name("/Garamond"))  # fmt: skip
    look = pdf.make_stream(b"1 0 0 rg 0 0 50 50 re f BT 0 g /F 9 Tf 5 20 Td (Ada) Tj ET")
    look.Type, look.Subtype, look.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, [0, 0, 50, 50]
    look.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
    found = {"Type": pikepdf.Name.Annot, "Subtype": pikepdf.Name(subtype), "F": flags,
             "Rect": pikepdf.Array([25, 25, 75, 75]), "AP": pikepdf.Dictionary(N=look)}  # fmt: skip
    if subtype == "/Widget":
        found |= {"FT": pikepdf.Name.Tx, "T": pikepdf.String("name"), "V": pikepdf.String("Ada")}
    held = {name: value for name, value in (found | more).items() if value is not None}
    annotation = pdf.make_indirect(pikepdf.Dictionary(**held))
    page.obj.Annots = pikepdf.Array([annotation])
    if subtype == "/Widget":
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([annotation]))
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


@pytest.fixture
def looked(tmp_path):
    def look(body: bytes) -> tuple[FileFacts, float]:
        """Facts, and how much of the page is inked."""
        (tmp_path / "form.pdf").write_bytes(body)
        found = inspect({"path": str(tmp_path / "form.pdf"), "file_name": "form.pdf",
                         "out_dir": str(tmp_path)})  # fmt: skip
        path = next(row["path"] for row in found["previews"] if row["kind"] == "page-1")
        ink = np.asarray(Image.open(Path(path)).convert("L")) < 200
        return FileFacts.model_validate(found["facts"]), float(ink.mean())

    return look


@pytest.mark.parametrize("subtype", ["/Widget", "/Stamp", "/FreeText", "/Square", "/Ink"])
def test_what_a_press_prints_is_drawn(looked, subtype):
    facts, ink = looked(annotated(PRINT, subtype))
    assert ink == pytest.approx(0.25, abs=0.02)
    assert (facts.annotations_printed, facts.annotations_unprinted) == (1, 0)


def test_the_fonts_of_a_field_are_checked(looked):
    facts, _ = looked(annotated())
    assert [(font.name, font.embedded) for font in facts.fonts] == [("Garamond", False)]
    found = preflight.run(facts, Artwork()).findings
    assert [row.severity for row in found if row.check == "fonts"] == ["fault"]


@pytest.mark.parametrize("subtype", ["/Widget", "/Stamp", "/Text"])
def test_what_only_a_screen_shows_is_not_drawn_and_told(looked, subtype):
    facts, ink = looked(annotated(0, subtype))
    assert ink == 0
    assert (facts.annotations_printed, facts.annotations_unprinted) == (0, 1)
    found = [row for row in preflight.run(facts, Artwork()).findings if row.check == "annotations"]
    assert [(row.severity, row.page) for row in found] == [("warning", 1)]
    assert not facts.fonts


@pytest.mark.parametrize("flags", [HIDDEN, PRINT | HIDDEN, NO_VIEW])
def test_what_nobody_sees_is_neither_drawn_nor_told(looked, flags):
    facts, ink = looked(annotated(flags))
    assert (ink, facts.annotations_printed, facts.annotations_unprinted) == (0, 0, 0)


def test_what_is_only_printed_is_drawn(looked):
    assert looked(annotated(PRINT | NO_VIEW))[1] == pytest.approx(0.25, abs=0.02)


def test_links_and_windows_of_comments_are_nothing_to_tell(looked):
    for subtype in ("/Link", "/Popup"):
        facts, ink = looked(annotated(0, subtype, AP=None))
        assert (ink, facts.annotations_unprinted) == (0, 0)


def test_a_value_without_a_look_is_told(looked):
    facts, ink = looked(annotated(PRINT, AP=None))
    assert (ink, facts.annotations_unprinted) == (0, 1)
    empty = looked(annotated(PRINT, AP=None, V=pikepdf.String("")))[0]
    assert empty.annotations_unprinted == 0
