"""Each check says what a good print shop would say."""

from __future__ import annotations

from typing import Any

import pytest

from app import preflight
from app.catalog.properties import Artwork
from app.inspection.file_facts import FileFacts
from app.preflight import Report, checks

CARD = {
    "accept": ["pdf", "png", "jpeg", "svg"],
    "trim_width_mm": "148",
    "trim_height_mm": "105",
    "bleed_mm": "3",
    "min_dpi": 300,
    "pages_min": 1,
    "pages_max": 2,
}
PART = {"accept": ["stl", "3mf"], "build_volume_mm": ["200", "150", "100"], "min_wall_mm": 0.8}


def run(facts: dict[str, Any], requirement: dict[str, Any]) -> Report:
    """The report on a file, facts and requirement typed as the shop reads them."""
    rule = Artwork.model_validate(requirement)
    return preflight.run(FileFacts.model_validate(facts), rule)


def page(media=(154, 111), trim=(148, 105), bleed=3.0, number=1) -> dict[str, Any]:
    return {
        "number": number,
        "media_mm": list(media),
        "trim_mm": list(trim) if trim else None,
        "bleed_mm": bleed,
    }


def pdf(*pages: dict[str, Any], **facts: Any) -> dict[str, Any]:
    rows = list(pages) or [page()]
    return {
        "kind": "pdf",
        "pages": len(rows),
        "page_facts": rows,
        "encrypted": False,
        "fonts": [{"name": "ABCDEF+Garamond", "embedded": True}],
        "colour_spaces": ["DeviceCMYK"],
        "transparency": False,
        "images": 0,
        "image_dpi_min": None,
        "image_dpi_min_page": None,
    } | facts


def picture(width_px=1819, height_px=1311, **facts: Any) -> dict[str, Any]:
    about = {"width_px": width_px, "height_px": height_px, "colour_space": "CMYK", "pages": 1}
    return {"kind": "png", "turned": 1, "transparency": False} | about | facts


def model(**facts: Any) -> dict[str, Any]:
    return {
        "kind": "stl",
        "triangles": 1000,
        "bbox_mm": [20.0, 20.0, 20.0],
        "volume_mm3": 8000.0,
        "watertight": True,
        "inside_out": False,
        "open_edges": 0,
        "shared_edges": 0,
        "bodies": 1,
        "degenerate": 0,
    } | facts


def said(facts: dict[str, Any], check: str, requirement: dict[str, Any] | None = None) -> Any:
    """Return the one finding of a check, None where it had nothing to say."""
    rule = requirement or (PART if facts["kind"] in {"stl", "3mf"} else CARD)
    rows = [row for row in run(facts, rule).findings if row.check == check]
    assert len(rows) <= 1
    return rows[0] if rows else None


def severity(facts: dict[str, Any], check: str, requirement: dict[str, Any] | None = None) -> str:
    found = said(facts, check, requirement)
    return found.severity if found else "silent"


@pytest.mark.parametrize("facts", [pdf(), picture(), model()])
def test_a_file_as_it_should_be_passes_every_check(facts):
    report = run(facts, PART if facts["kind"] == "stl" else CARD)
    assert report.verdict == "passed"
    assert len(report.findings) >= 4
    assert all(row.title and not row.title.endswith(".") for row in report.findings)


@pytest.mark.parametrize("facts", [pdf(), picture(), model()])
def test_a_product_that_asks_for_nothing_takes_everything(facts):
    assert run(facts, {"pages_min": 0, "pages_max": 0}).verdict == "passed"


def test_the_worst_finding_is_the_verdict():
    assert run(pdf(), CARD).verdict == "passed"
    assert run(pdf(colour_spaces=["DeviceRGB"]), CARD).verdict == "warned"
    assert run(pdf(page(media=(300, 100), trim=None)), CARD).verdict == "failed"


def test_every_check_has_a_place_of_its_own_and_kinds():
    for kind in ("pdf", "stl"):
        places = [module.ORDER for module in checks() if kind in module.KINDS]
        assert len(places) == len(set(places))
    assert all(module.KINDS and module.__doc__ for module in checks())


def test_a_type_that_the_product_does_not_take_fails():
    found = said(model(), "file_type", CARD)
    assert found.severity == "fault"
    assert found.title == "The file is an STL model; this product takes PDF, PNG, JPEG or SVG"


@pytest.mark.parametrize(
    ("pages", "least", "expected"),
    [
        (1, 1, "passed"),
        (2, 1, "passed"),
        (3, 1, "fault"),
        (1, 2, "fault"),
        (2, 2, "passed"),
        (61, 1, "fault"),
    ],
)
def test_pages_are_counted(pages, least, expected):
    assert severity(pdf(pages=pages), "page_count", CARD | {"pages_min": least}) == expected


def test_more_pages_than_can_be_shown_are_a_fault_of_any_product():
    found = said(pdf(pages=61), "page_count", CARD | {"pages_max": 0})
    assert (found.severity, found.wanted) == ("fault", "at most 60 pages")


@pytest.mark.parametrize(
    ("media", "trim", "expected"),
    [
        ((154, 111), (148, 105), "passed"),
        ((154, 111), None, "passed"),
        ((148, 105), None, "passed"),
        ((148.8, 104.3), None, "passed"),
        ((170, 130), (148, 105), "passed"),  # crop marks round the trim
        ((160, 113.5), None, "warning"),  # the same shape, a little larger
        ((210, 149), None, "fault"),  # the same shape, much larger
        ((105, 148), None, "warning"),  # turned
        ((113.5, 160), None, "warning"),  # turned and a little larger
        ((210, 297), None, "fault"),  # turned and much larger
        ((215.9, 139.7), None, "fault"),
        ((100, 100), None, "fault"),
    ],
)
def test_the_size_of_a_page_is_compared_as_a_knife_would(media, trim, expected):
    assert severity(pdf(page(media, trim, None)), "page_size") == expected


def test_scaling_says_by_how_much():
    found = said(pdf(page((160, 113.5), None, None)), "page_size")
    assert "we scale it to 92.5 %" in found.title
    assert (found.found, found.wanted) == ("160 × 113.5 mm", "148 × 105 mm")


@pytest.mark.parametrize(
    ("media", "words"),
    [
        ((111, 154), "We turn it to fit"),
        ((113.5, 160), "We turn it and scale it to 92.5 % to fit"),
        ((297, 210), "It would have to be scaled to 50 %; we scale by 10 % at most"),
        ((210, 297), "It would have to be turned by 90 degrees and be scaled to 50 %"),
    ],
)
def test_a_page_that_is_turned_or_scaled_says_so(media, words):
    assert words in said(pdf(page(media, None, None)), "page_size").title


def test_a_product_says_how_much_is_scaled_without_asking():
    facts = pdf(page((210, 149), None, None))
    assert severity(facts, "page_size", CARD | {"most_scaling_percent": 30}) == "warning"


def test_a_fault_is_told_before_what_is_only_noted():
    rows = [page((105, 148), None, None, number=n) for n in range(1, 10)]
    found = run(pdf(*rows, page((50, 60), None, None, number=10)), CARD).findings
    sizes = [row for row in found if row.check == "page_size"]
    assert (sizes[0].severity, sizes[0].page) == ("fault", 10)


def test_the_page_that_is_wrong_is_named():
    found = said(pdf(page(), page((100, 100), None, None, number=2)), "page_size")
    assert found.page == 2
    assert found.title.startswith("Page 2 is 100 × 100 mm")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (page(), "passed"),
        (page(bleed=2.6), "passed"),
        (page(bleed=1.0), "warning"),
        (page(bleed=0.0), "warning"),
        (page((154, 111), None, None), "passed"),
        (page((148, 105), None, None), "warning"),
        (page((170, 130), (148, 105), None), "passed"),
        (page((100, 100), None, None), "silent"),
        (page((210, 149), None, None), "warning"),  # scaled to the trim
        (page((105, 148), None, None), "warning"),  # turned
        (page((170, 125), (105, 148), 3.0), "passed"),  # turned, its bleed with it
        (page((330, 240), (296, 210), 3.0), "warning"),  # half of it is left
        (page((330, 240), (296, 210), 6.0), "passed"),
    ],
)
def test_bleed_is_looked_for_however_a_page_is_turned_or_scaled(row, expected):
    assert severity(pdf(row), "bleed") == expected


def test_a_product_without_bleed_asks_for_none():
    assert severity(pdf(page((148, 105), None, None)), "bleed", CARD | {"bleed_mm": 0}) == "silent"


@pytest.mark.parametrize(
    ("dpi", "expected"), [(300, "passed"), (296, "passed"), (290, "warning"), (150, "warning")]
)
def test_pictures_in_a_pdf_are_judged_by_their_resolution(dpi, expected):
    facts = pdf(images=1, image_dpi_min=dpi, image_dpi_min_page=1)
    assert severity(facts, "image_resolution") == expected
    blurred = pdf(images=1, image_dpi_min=100, image_dpi_min_page=1)
    assert severity(blurred, "image_resolution") == "fault"


def test_a_page_that_is_enlarged_loses_resolution():
    row = page((77, 55.5), None, None)
    found = said(pdf(row, images=1, image_dpi_min=300, image_dpi_min_page=1), "image_resolution")
    assert found.found == "150 dpi"


@pytest.mark.parametrize(
    ("size", "dpi", "expected"),
    [
        ((1819, 1311), "300 dpi", "passed"),
        ((1311, 1819), "300 dpi", "passed"),  # turned
        ((1213, 874), "200 dpi", "warning"),
        ((600, 432), "99 dpi", "fault"),
    ],
)
def test_a_picture_is_judged_at_the_size_of_the_product(size, dpi, expected):
    found = said(picture(*size), "picture_resolution")
    assert (found.found, found.severity) == (dpi, expected)


def test_a_photo_held_sideways_is_judged_upright():
    assert said(picture(1311, 1819, turned=6), "page_size").severity == "passed"


def test_fonts_that_are_missing_fail_and_standard_ones_warn():
    missing = [{"name": "Garamond", "embedded": False}]
    standard = [{"name": "Helvetica-Bold", "embedded": False}]
    assert severity(pdf(fonts=missing), "fonts") == "fault"
    assert severity(pdf(fonts=standard), "fonts") == "warning"
    assert severity(pdf(fonts=standard + missing), "fonts") == "fault"
    assert severity(pdf(fonts=[]), "fonts") == "passed"


@pytest.mark.parametrize(
    ("facts", "check", "expected"),
    [
        (pdf(encrypted=True), "protection", "warning"),
        (pdf(), "protection", "silent"),
        (pdf(colour_spaces=["ICC RGB", "DeviceCMYK"]), "colour", "warning"),
        (pdf(colour_spaces=[]), "colour", "silent"),
        (picture(colour_space="RGB"), "colour", "warning"),
        (pdf(transparency=True), "transparency", "warning"),
        (picture(transparency=True), "transparency", "warning"),
        (pdf(), "transparency", "silent"),
    ],
)
def test_what_changes_on_press_is_said_before(facts, check, expected):
    assert severity(facts, check) == expected


def test_live_text_of_a_drawing_is_said():
    drawing = {"kind": "svg", "width_mm": 154, "height_mm": 111, "pages": 1, "text": True}
    assert severity(drawing, "fonts") == "warning"
    assert severity(drawing, "page_size") == "passed"
    assert severity(drawing | {"text": False}, "fonts") == "silent"


def test_a_model_with_holes_fails_and_says_how_many_edges():
    found = said(model(watertight=False, open_edges=18), "model_closed")
    assert found.severity == "fault"
    assert "18 open edges" in found.title


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        ([200, 150, 100], "passed"),
        ([100, 200, 150], "passed"),  # fits when turned
        ([201, 10, 10], "fault"),
        ([160, 160, 20], "fault"),
        ([0.04, 0.02, 0.01], "warning"),  # metres taken for millimetres
    ],
)
def test_a_model_is_compared_with_the_build_volume_any_way_round(box, expected):
    assert severity(model(bbox_mm=box), "model_size") == expected


@pytest.mark.parametrize(
    ("facts", "check", "expected"),
    [
        (model(volume_mm3=0.0), "model_volume", "fault"),
        (model(inside_out=True), "model_volume", "warning"),
        (model(mixed_facing=True), "model_volume", "warning"),
        (model(triangles=3_000_000), "model_detail", "warning"),
        (model(degenerate=11), "model_detail", "warning"),
        (model(degenerate=9), "model_detail", "silent"),
        (model(bodies=3), "model_bodies", "warning"),
    ],
)
def test_what_makes_a_model_hard_to_make_is_said(facts, check, expected):
    assert severity(facts, check) == expected


def test_walls_are_said_to_be_unchecked():
    found = said(model(), "model_walls")
    assert "not checked" in found.title
    assert said(model(), "model_walls", {"accept": ["stl"]}) is None


def test_a_crop_to_one_side_leaves_no_bleed_at_that_side():
    row = page((200, 150), None, None) | {"crop_mm": [148, 105], "crop_at_mm": [51, 0.5]}
    assert said(pdf(row), "bleed").found == "0.5 mm"
    row["crop_at_mm"] = [20, 20]
    assert severity(pdf(row), "bleed") == "passed"


@pytest.mark.parametrize(
    ("pages", "last"), [(8, None), (9, "1 more page has"), (12, "4 more pages")]
)
def test_pages_beyond_those_that_are_named_are_counted(pages, last):
    rows = [page((100, 100), None, None, number) for number in range(1, pages + 1)]
    thin = [page(bleed=1.0, number=number) for number in range(1, pages + 1)]
    for made, check in ((rows, "page_size"), (thin, "bleed")):
        found = [row for row in run(pdf(*made), CARD).findings if row.check == check]
        assert len(found) == min(pages, 8) + (last is not None)
        assert (last or "Page 8") in found[-1].title
        assert len({row.severity for row in found}) == 1
