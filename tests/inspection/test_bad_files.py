"""Files that are cut, damaged or made to do harm: each gets its own sentence, quickly."""

from __future__ import annotations

import pytest

from tests.files import sample_files
from tests.files.made_psd import Photoshop

PSD = Photoshop(size=(200, 200)).written()


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (sample_files.a_pdf()[:-200], "a.pdf"),
        (sample_files.a_picture("PNG")[:-500], "a.png"),
        (sample_files.a_picture("JPEG", (1200, 900))[:-4000], "a.jpg"),
        (sample_files.a_picture("TIFF", (1200, 900))[:-400_000], "a.tif"),
        (sample_files.a_picture("TIFF", compression="tiff_lzw")[:-500], "a.tif"),
        (PSD[:-20_000], "a.psd"),
        (sample_files.an_svg()[:-10], "a.svg"),
        (sample_files.a_text_stl()[:-30], "a.stl"),
        (sample_files.an_stl()[:-75], "a.stl"),
        (sample_files.a_3mf()[:-100], "a.3mf"),
    ],
)
def test_a_cut_file_never_passes(look, body, name):
    refusal = look(body, name)["refusal"]
    assert refusal["code"] in {"truncated", "damaged"}
    assert refusal["sentence"].endswith(".")
    assert refusal["next_step"]


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (sample_files.a_huge_png(60_000, 50_000), "a.png"),
        (sample_files.a_huge_tiff(60_000, 50_000), "a.tif"),
    ],
)
def test_a_picture_beyond_two_gigapixels_is_refused_by_its_header(look, body, name):
    refusal = look(body, name)["refusal"]
    assert refusal["code"] == "pixels"
    assert "60,000 × 50,000 pixels" in refusal["sentence"]


def test_a_large_format_picture_is_below_the_ceiling(look):
    facts = look(sample_files.a_huge_png(40_000, 30_000), "a.png", previews=False)["facts"]
    assert (facts["width_px"], facts["height_px"]) == (40_000, 30_000)


@pytest.mark.parametrize("layers", [1, 2])
def test_a_pdf_whose_drawing_unpacks_without_end_is_refused(look, layers):
    refusal = look(sample_files.a_pdf_bomb(layers=layers), "a.pdf")["refusal"]
    assert refusal["code"] == "bomb"
    assert "unpacks to more than 256 MB" in refusal["sentence"]


def test_a_pdf_that_asks_for_a_password_says_so(look):
    refusal = look(sample_files.a_locked_pdf(user="secret"), "a.pdf")["refusal"]
    assert refusal["code"] == "password"
    assert "without a password" in refusal["next_step"]


@pytest.mark.parametrize(
    "inside",
    [
        '<image xlink:href="http://example.com/x.png"/>',
        '<image href="file:///etc/passwd"/>',
        '<use xlink:href="other.svg#a"/>',
        "<style>@import url(http://example.com/x.css);</style>",
        "<style>rect { fill: url('http://example.com/x.svg#a') }</style>",
        '<rect style="fill: url(//example.com/x#a)"/>',
        '<rect filter="url(x.svg#blur)"/>',
    ],
)
def test_an_svg_that_reaches_outside_is_refused(look, inside):
    refusal = look(sample_files.an_svg(inside), "a.svg")["refusal"]
    assert refusal["code"] == "external"
    assert refusal["sentence"].startswith("The SVG drawing points at something outside itself")


@pytest.mark.parametrize(
    "inside",
    [
        '<defs><linearGradient id="g"/></defs><rect fill="url(#g)" width="9" height="9"/>',
        '<image href="data:image/png;base64,iVBORw0KGgo="/>',
        '<a href="http://example.com"><rect width="9" height="9"/></a>',
    ],
)
def test_an_svg_that_only_points_into_itself_passes(look, inside):
    assert "refusal" not in look(sample_files.an_svg(inside), "a.svg")


@pytest.mark.parametrize(
    "before",
    [
        sample_files.laughs(),
        '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE svg [<!ENTITY % x SYSTEM "http://example.com/x.dtd"> %x;]>',
    ],
)
def test_an_svg_with_entities_that_unpack_or_fetch_is_refused(look, before):
    body = sample_files.an_svg("<text>&a7;</text>", before=before)
    assert look(body, "a.svg")["refusal"]["code"] in {"entities", "damaged"}


def test_the_plain_entities_of_old_drawing_programs_pass(look):
    before = '<!DOCTYPE svg [<!ENTITY ns_svg "http://www.w3.org/2000/svg">]>'
    assert "refusal" not in look(sample_files.an_svg(before=before), "a.svg")


def test_a_3mf_that_unpacks_a_hundredfold_is_refused_before_it_is_unpacked(look):
    refusal = look(sample_files.a_zip_bomb(), "a.3mf")["refusal"]
    assert refusal["code"] == "bomb"
    assert "105 MB" in refusal["sentence"]


def test_a_3mf_with_entities_is_refused(look):
    refusal = look(sample_files.a_3mf(entity=sample_files.laughs()), "a.3mf")["refusal"]
    assert refusal["code"] == "entities"


def test_a_3mf_whose_components_contain_themselves_is_refused(look):
    model = (
        '<model unit="millimeter"><resources><object id="1"><components>'
        '<component objectid="1"/></components></object></resources>'
        '<build><item objectid="1"/></build></model>'
    )
    assert look(sample_files.a_package(model), "a.3mf")["refusal"]["code"] == "damaged"


@pytest.mark.parametrize("unit", ["furlong", ""])
def test_a_3mf_in_a_unit_that_does_not_exist_is_refused(look, unit):
    assert look(sample_files.a_3mf(unit), "a.3mf")["refusal"]["code"] == "damaged"


def test_a_model_without_triangles_says_there_is_nothing_to_make(look):
    for body in (b"solid\nendsolid\n", b"solid nothing\n  endsolid nothing\n"):
        assert look(body, "empty.stl")["refusal"]["code"] == "no_triangles"
    assert look(sample_files.an_stl(triangles=[]), "a.stl")["refusal"]["code"] == "no_triangles"


def test_a_model_with_corners_that_are_no_numbers_is_refused(look):
    row = ((0, 0, 0), (float("nan"), 0, 0), (0, float("inf"), 0))
    assert look(sample_files.an_stl(triangles=[row]), "a.stl")["refusal"]["code"] == "damaged"
