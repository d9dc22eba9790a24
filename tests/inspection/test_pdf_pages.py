"""Boxes, names, colours and locks of PDF documents, whatever program wrote them."""

from __future__ import annotations

import itertools
import shutil
import subprocess

import pytest

from app.inspection.facts.pdf_content import Contents
from app.inspection.file_facts import PageFacts
from tests.files import made_pdf, sample_files

MM = 25.4 / 72


def facts_of(look, body: bytes, *, previews: bool = False) -> dict:
    outcome = look(body, "a.pdf", previews=previews)
    assert "refusal" not in outcome, outcome
    return outcome["facts"]


def first_page(look, **entries) -> dict:
    return facts_of(look, made_pdf.a_document(entries))["page_facts"][0]


def mm(*points: float):
    return pytest.approx([each * MM for each in points], abs=0.02)


def test_a_trim_box_has_its_true_place_on_the_page(look):
    page = first_page(look, TrimBox=[20, 30, 220, 130])
    assert page["media_mm"] == mm(300, 200)
    assert page["trim_mm"] == mm(200, 100)
    assert page["trim_at_mm"] == mm(20, 70)  # from the left, from the top


@pytest.mark.parametrize(
    ("turn", "at"), [(0, (20, 70)), (90, (30, 20)), (180, (80, 30)), (270, (70, 80))]
)
def test_a_turned_page_has_its_boxes_where_they_are_seen(look, turn, at):
    page = first_page(look, TrimBox=[20, 30, 220, 130], Rotate=turn)
    assert page["trim_at_mm"] == mm(*at)
    assert page["trim_mm"] == (mm(100, 200) if turn % 180 else mm(200, 100))


def test_the_size_of_a_page_is_its_trim_else_its_crop_else_its_media(look):
    boxes = {"CropBox": [10, 10, 110, 60], "TrimBox": [20, 20, 100, 50]}
    sizes = []
    for names in (("CropBox", "TrimBox"), ("CropBox",), ()):
        row = first_page(look, **{name: boxes[name] for name in names})
        sizes.append(PageFacts.model_validate(row).size_mm)
    assert sizes == [mm(80, 30), mm(100, 50), mm(300, 200)]


def test_a_page_that_counts_in_larger_units_is_larger(look):
    page = first_page(look, TrimBox=[20, 30, 220, 130], UserUnit=2)
    assert (page["trim_mm"], page["trim_at_mm"]) == (mm(400, 200), mm(40, 140))


def test_bleed_is_the_smallest_margin_and_not_the_mean_of_two(look):
    page = first_page(look, TrimBox=[10, 40, 290, 160], BleedBox=[5, 20, 300, 200])
    assert page["bleed_mm"] == pytest.approx(5 * MM, abs=0.01)
    without = first_page(look, TrimBox=[10, 10, 250, 190])
    assert without["bleed_mm"] == pytest.approx(10 * MM, abs=0.01)


@pytest.mark.parametrize(
    "entries",
    [
        {"MediaBox": [0, 0, 0, 0]},
        {"MediaBox": [0, 0, 100, 0]},
        {"MediaBox": [0, 0, 100]},
        {"MediaBox": ["/A", 0, 100, 100]},
        {"MediaBox": None},
    ],
)
def test_a_page_without_a_size_has_the_one_every_reader_gives_it(look, entries):
    assert first_page(look, **entries)["media_mm"] == mm(612, 792)


@pytest.mark.parametrize("name", ["CropBox", "TrimBox", "BleedBox"])
@pytest.mark.parametrize("box", [[50, 50, 50, 90], [400, 400, 500, 500], [0, 0, "/A", 9], [], 7])
def test_a_box_without_area_counts_for_nothing(look, name, box):
    outcome = look(made_pdf.a_document({name: box}), "a.pdf")
    page = outcome["facts"]["page_facts"][0]
    assert PageFacts.model_validate(page).size_mm == mm(300, 200)
    assert page["bleed_box_mm"] is None
    drawn = outcome["previews"][1]
    assert drawn["width_px"] / drawn["height_px"] == pytest.approx(1.5, abs=0.01)


def test_boxes_reach_no_further_than_the_page(look):
    page = first_page(look, CropBox=[-10, -10, 500, 100], TrimBox=[-5, 0, 100, 300])
    assert (page["crop_mm"], page["crop_at_mm"]) == (mm(300, 100), mm(0, 100))
    assert (page["trim_mm"], page["trim_at_mm"]) == (mm(100, 200), mm(0, 0))


@pytest.mark.skipif(not shutil.which("pdfinfo"), reason="poppler-utils are not installed")
def test_boxes_in_every_combination_are_those_poppler_reads(look, tmp_path):
    held = {
        "CropBox": [10, 20, 250, 190],
        "TrimBox": [30, 30, 200, 150],
        "BleedBox": [22, 22, 208, 158],
    }
    choices = itertools.product(*[(None, box) for box in held.values()], (0, 90, 180, 270))
    pages = [
        {name: box for name, box in zip(held, boxes, strict=True) if box} | {"Rotate": turn}
        for *boxes, turn in choices
    ]
    path = tmp_path / "all.pdf"
    path.write_bytes(made_pdf.a_document(*pages))
    said = subprocess.run(
        ["pdfinfo", "-box", "-l", "99", path], capture_output=True, text=True, check=True
    )
    theirs = {}
    for line in said.stdout.splitlines():
        words = line.replace(":", "").split()
        if len(words) == 7 and words[2].endswith("Box"):
            theirs[int(words[1]), words[2]] = [float(value) for value in words[3:]]
    rows = facts_of(look, path.read_bytes())["page_facts"]
    assert len(rows) == 32
    for row, page in zip(rows, pages, strict=True):
        names = [("MediaBox", "media_mm"), ("CropBox", "crop_mm")]
        names += [("TrimBox", "trim_mm")] if "TrimBox" in page else []
        names += [("BleedBox", "bleed_box_mm")] if "BleedBox" in page else []
        for name, fact in names:
            x0, y0, x1, y1 = theirs[row["number"], name]
            size = (y1 - y0, x1 - x0) if page["Rotate"] % 180 else (x1 - x0, y1 - y0)
            assert row[fact] == mm(*size), (row["number"], name)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Łódź".encode(), "Łódź"),
        ("黑体".encode("gb18030"), "黑体"),
        (b"Caf\xe9-Sans", "Café-Sans"),
    ],
)
def test_a_font_is_named_whatever_its_name_is_written_in(look, name, shown):
    font = b"<</Type/Font/Subtype/TrueType/BaseFont/%s>>" % name
    body = made_pdf.by_hand(b"/Resources<</Font<</F%s 4 0 R>>>>" % name, font)
    fonts = facts_of(look, body, previews=True)["fonts"]
    assert fonts == [{"name": shown, "embedded": False}]


@pytest.mark.parametrize(
    ("content", "resources", "space"),
    [
        (b"0 0 1 0 k", {}, "DeviceCMYK"),
        (b"/DeviceRGB cs 1 0 0 sc", {}, "DeviceRGB"),
        (b"", {"ColorSpace": {"A": ["/Separation", "/Gold", "/DeviceCMYK", {}]}}, "Spot"),
        (b"", {"ColorSpace": {"A": ["/Pattern", "/DeviceRGB"]}}, "DeviceRGB"),
        (b"", {"Shading": {"A": {"ShadingType": 2, "ColorSpace": "/DeviceRGB"}}}, "DeviceRGB"),
        (b"BI /W 1 /H 1 /BPC 8 /CS /RGB ID \x01\x02\x03 EI", {}, "DeviceRGB"),
    ],
)
def test_colours_are_found_wherever_a_page_may_name_them(look, content, resources, space):
    body = made_pdf.a_document({"Resources": resources}, content=content)
    assert facts_of(look, body)["colour_spaces"] == [space]


def test_colours_and_fonts_inside_forms_patterns_and_masks_are_found(look):
    import pikepdf

    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(300, 200))
    form = made_pdf.a_form(pdf, b"0 1 0 rg", Font={"F": made_pdf.HELVETICA})
    tile = pdf.make_stream(b"0 0 0 1 k")
    tile.PatternType, tile.Resources = 1, pikepdf.Dictionary()
    mask = made_pdf.a_form(pdf, b"0.5 g")
    page.Resources = made_pdf.as_pdf(
        pdf,
        {
            "XObject": {"X": form},
            "Pattern": {"P": tile},
            "ExtGState": {"G": {"SMask": {"S": "/Luminosity", "G": mask}}},
        },
    )
    facts = facts_of(look, made_pdf.saved(pdf))
    assert facts["colour_spaces"] == ["DeviceCMYK", "DeviceGray", "DeviceRGB"]
    assert facts["fonts"] == [{"name": "Helvetica", "embedded": False}]
    assert facts["transparency"] is True


def test_a_document_whose_owner_left_the_password_empty_is_drawn(look):
    body = made_pdf.a_locked_pdf(sample_files.a_pdf(), user="secret", owner="")
    outcome = look(body, "a.pdf")
    assert outcome["facts"]["encrypted"] is True
    assert outcome["previews"][1]["width_px"] == 2048


def test_a_document_for_the_holders_of_a_certificate_says_so(look):
    refusal = look(made_pdf.for_certificates_only(), "a.pdf")["refusal"]
    assert refusal["code"] == "password"
    assert "certificate" in refusal["sentence"]


def test_zeros_behind_the_end_of_a_document_are_no_loss(look):
    assert facts_of(look, sample_files.a_pdf() + b"\0" * 100_000)["pages"] == 1


def test_a_document_whose_last_mark_is_missing_is_whole_where_its_contents_are_found(look):
    body = made_pdf.by_hand(b"")
    assert facts_of(look, body.removesuffix(b"%%EOF\n"))["pages"] == 1
    assert look(body[: body.index(b"xref")], "a.pdf")["refusal"]["code"] == "truncated"


@pytest.mark.parametrize(
    "resources",
    [b"null", b"[1]", b"<</Font 7/XObject[1]/ExtGState<</G null/H 3>>/ColorSpace<</A[]/B[/ICCBased]>>>>",
     b"<</Font<</F<</DescendantFonts[]>>/G<</FontDescriptor null>>>>/Pattern<</P<<>>>>/Shading<</S<<>>>>>>"],
)  # fmt: skip
def test_a_page_with_odd_resources_is_read_as_far_as_it_goes(look, resources):
    body = made_pdf.by_hand(b"/Rotate/A/UserUnit -3/Resources " + resources)
    assert facts_of(look, body, previews=True)["page_facts"][0]["media_mm"] == mm(100, 100)


def test_a_font_that_is_missing_is_listed_before_a_hundred_that_are_there():
    contents = Contents()
    contents.fonts = {f"A{number:03}": True for number in range(150)} | {"Zapfino": False}
    listed = contents.facts()["fonts"]
    assert listed[0] == {"name": "Zapfino", "embedded": False}
