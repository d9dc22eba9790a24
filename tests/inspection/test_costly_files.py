"""Small files that ask for very much are refused by what they come to, before it is spent."""

from __future__ import annotations

import resource
import time
import zlib
from dataclasses import replace

import pytest

from app.inspection.facts import cause
from app.inspection.inspect import STRANGERS, inspect_safely
from app.inspection.results import Inspection, Refusal
from tests.files import hostile_files, hostile_pdf, hostile_pictures

NOISE = '<feTurbulence baseFrequency="0.1" numOctaves="1000000"/>'
WIDE = '<feMorphology radius="1000"/>'
BLURS = '<feGaussianBlur stdDeviation="90"/>' * 200
COSTLY = {
    "3mf that places nothing": (
        "a.3mf", lambda: hostile_files.a_3mf_of_components(7), "places its objects 11,111,111 times"),
    "3mf that places one triangle": (
        "a.3mf", lambda: hostile_files.a_3mf_of_components(6, mesh=hostile_files.ONE_TRIANGLE),
        "places its objects 1,111,111 times"),
    "3mf beyond counting": (
        "a.3mf", lambda: hostile_files.a_3mf_of_components(14, 30), "places its objects more than a billion"),
    "3mf of corners": ("a.3mf", lambda: hostile_files.a_3mf_of_corners(), "more than 6 million corner points"),
    "svg of uses": ("a.svg", lambda: hostile_files.an_svg_of_uses(), "draws its parts again and again"),
    "svg of old uses": (
        "a.svg", lambda: hostile_files.an_svg_of_uses(attribute="xlink:href"), "draws its parts again and again"),
    "svg of noise": ("a.svg", lambda: hostile_files.an_svg_of_filters(NOISE), "filter effects"),
    "svg of wide filters": ("a.svg", lambda: hostile_files.an_svg_of_filters(WIDE, 20), "filter effects"),
    "svg of many blurs": ("a.svg", lambda: hostile_files.an_svg_of_filters(BLURS, 200), "filter effects"),
    "svg of groups": (
        "a.svg", lambda: hostile_files.an_svg("<g>" * 100_000 + "</g>" * 100_000), "levels deep"),
    "pdf of forms": ("a.pdf", lambda: hostile_pdf.a_pdf_of_forms(), "draws 21.1 million shapes"),
    "pdf of many forms": (
        "a.pdf", lambda: hostile_pdf.a_pdf_of_forms(30, 40), "draws billions of shapes"),
    "pdf of squares": ("a.pdf", lambda: hostile_pdf.a_pdf_of_squares(2_000_000), "draws 2.0 million shapes"),
    "pdf of masks": ("a.pdf", lambda: hostile_pdf.a_pdf_of_masks(3, 30), "draws 27,931 soft masks"),
    "pdf of deep masks": ("a.pdf", lambda: hostile_pdf.a_pdf_of_masks(7, 10), "draws 21.1 million shapes"),
    "pdf of tiny cells": ("a.pdf", lambda: hostile_pdf.a_pdf_of_cells(0.01), "a pattern of 400 million cells"),
    "pdf of rich cells": (
        "a.pdf", lambda: hostile_pdf.a_pdf_of_cells(20, fills=5000, cell=hostile_pdf.SQUARE * 1000),
        "draws 5.0 million shapes"),
    "pdf of lzw": (
        "a.pdf", lambda: hostile_pdf.a_pdf_packed_as(["LZWDecode"], hostile_pdf.lzw_of_spaces(400_000_000)),
        "unpacks to more than 256 MB"),
    "pdf of runs": (
        "a.pdf", lambda: hostile_pdf.a_pdf_packed_as(["RunLengthDecode"], b"\x81 " * 3_000_000),
        "unpacks to more than 256 MB"),
    "pdf of lzw in deflate": (
        "a.pdf", lambda: hostile_pdf.a_pdf_packed_as(
            ["FlateDecode", "LZWDecode"], zlib.compress(hostile_pdf.lzw_of_spaces(400_000_000))),
        "unpacks to more than 256 MB"),
    "archive of many parts": ("a.3mf", lambda: hostile_pictures.an_archive_of(200_000), "lists 200,000 parts"),
    "webp": ("a.webp", lambda: hostile_pictures.a_webp(16_383), "can only be opened whole"),
    "progressive jpeg": ("a.jpg", lambda: hostile_pictures.a_progressive_jpeg(20_000), "can only be opened whole"),
    "interlaced png": ("a.png", lambda: hostile_pictures.a_png(18_000, interlace=True), "can only be opened whole"),
    "tiff of large tiles": (
        "a.tif", lambda: hostile_pictures.a_tiff_of_large_tiles(17_000, 16_384), "can only be opened whole"),
    "photoshop": ("a.psd", lambda: hostile_pictures.a_photoshop_file(12_000), "can only be opened whole"),
    "svg with a picture": (
        "a.svg", lambda: hostile_pictures.an_svg_with_a_picture(20_000), "pictures of 400 million pixels"),
    "pdf of a tree": ("a.pdf", lambda: hostile_pdf.a_pdf_of_page_trees(), "the same branch more than once"),
    "pdf of pages": ("a.pdf", lambda: hostile_pdf.a_pdf_of_page_trees(1, 20_000), "has 20,000 pages"),
}  # fmt: skip


SLOW_TO_MAKE = {"3mf of corners"}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.extended] if name in SLOW_TO_MAKE else [])
        for name in COSTLY
    ],
)
def test_what_a_file_comes_to_is_counted_before_it_is_spent(tmp_path, name):
    file_name, body, sentence = COSTLY[name]
    path = tmp_path / file_name
    path.write_bytes(body())
    before_s, started = _processor_s(), time.monotonic()
    refusal = inspect_safely(path, file_name, tmp_path, STRANGERS)
    assert isinstance(refusal, Refusal), refusal
    assert sentence in refusal.sentence, refusal
    assert refusal.next_step
    assert time.monotonic() - started < 30
    assert _processor_s() - before_s < 15


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (lambda: hostile_pdf.a_pdf_of_groups(100_000), "Page 1 draws 100,000 transparent groups."),
        (
            lambda: hostile_pdf.a_pdf_of_cells(2, fills=500),
            "Page 1 fills shapes with patterns of 5,000,000 cells in all.",
        ),
    ],
)
def test_a_drawing_that_had_to_be_stopped_is_told_with_what_it_does_so_often(
    tmp_path, body, sentence
):
    path = tmp_path / "a.pdf"
    path.write_bytes(body())
    refusal = inspect_safely(path, "a.pdf", tmp_path, replace(STRANGERS, cpu_s=2, wall_s=8))
    assert isinstance(refusal, Refusal)
    assert refusal.code == "stopped_time"
    assert sentence in refusal.sentence


@pytest.mark.parametrize(
    "written",
    [
        '{"kind": "groups", "page": 1, "count": "<b>"}',
        '{"kind": "your password", "page": 1, "count": 9}',
        '{"kind": "groups", "page": 1, "count": 9, "more": "x"}',
        "groups",
        "[" * 900,
    ],
)
def test_a_cause_that_a_hostile_parser_wrote_is_taken_as_numbers_or_not_at_all(tmp_path, written):
    (tmp_path / cause.FILE).write_text(written)
    assert cause.noted(tmp_path) is None


def test_a_cause_is_not_read_through_a_link(tmp_path):
    (tmp_path / "elsewhere").write_text('{"kind": "groups", "page": 1, "count": 9}')
    (tmp_path / cause.FILE).symlink_to(tmp_path / "elsewhere")
    assert cause.noted(tmp_path) is None


def _processor_s() -> float:
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime


@pytest.mark.extended
@pytest.mark.parametrize(
    ("file_name", "body"),
    [
        ("a.3mf", lambda: hostile_files.a_3mf_of_parts(200, 60)),
        ("a.svg", lambda: hostile_files.an_svg_of_filters('<feMorphology radius="50"/>')),
        ("a.pdf", lambda: hostile_pdf.a_pdf_of_squares(150_000)),
        ("b.pdf", lambda: hostile_pdf.a_pdf_of_forms(4)),
        ("c.pdf", lambda: hostile_pdf.a_pdf_of_masks(1, 20)),
        ("d.pdf", lambda: hostile_pdf.a_pdf_of_cells(2, fills=10)),
        (
            "e.pdf",
            lambda: hostile_pdf.a_pdf_packed_as(
                ["LZWDecode"], hostile_pdf.lzw_of_spaces(60_000_000)
            ),
        ),
        ("a.psd", lambda: hostile_pictures.a_photoshop_file(5000)),
    ],
)
def test_a_heavy_file_below_the_limits_is_taken(tmp_path, file_name, body):
    path = tmp_path / file_name
    path.write_bytes(body())
    found = inspect_safely(path, file_name, tmp_path, STRANGERS)
    assert isinstance(found, Inspection), found
    assert found.previews


def test_plain_drawings_and_models_are_counted_as_what_they_are(look):
    """Copies of one part, shadows and symbols are everyday work."""
    model = hostile_files.a_3mf_of_parts(50, 4)
    assert look(model, "a.3mf", previews=False)["facts"]["triangles"] == 50 * 32
    shadows = hostile_files.an_svg_of_filters('<feDropShadow stdDeviation="2"/>', 300)
    assert "facts" in look(shadows, "a.svg", previews=False)
    assert "facts" in look(hostile_files.an_svg_of_uses(4), "b.svg", previews=False)
    assert "facts" in look(hostile_pdf.a_pdf_of_forms(3), "a.pdf", previews=False)
