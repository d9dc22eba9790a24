"""Where a page lies on the trim, and which sheet of paper shows it at true size."""

from __future__ import annotations

import pytest

from app.artwork.proofing import paper
from app.artwork.proofing.job_data import JobData
from app.artwork.proofing.placing import Page, Rule, place
from app.artwork.proofing.sheet import SIDE, TOP, sheet_for
from app.catalog.properties import Artwork
from app.core.typed_json import as_json
from app.inspection.file_facts import FileFacts

A6 = Rule((105.0, 148.0), 3.0, 5.0)


def page(size: tuple[float, float] | None, pixels: tuple[int, int] = (100, 100)) -> Page:
    return Page(size, (0.0, 0.0), size or pixels)


@pytest.mark.parametrize(
    ("size", "pixels", "box", "words"),
    [
        ((111, 154), None, (-3, -3, 111, 154), "shown at true size"),
        ((105, 148), None, (0, 0, 105, 148), "shown at true size"),
        ((222, 308), None, (-3, -3, 111, 154), "scaled to 50 %, to trim and bleed"),
        ((210, 296), None, (0, 0, 105, 148), "scaled to 50 %, to the trim"),
        ((154, 111), None, (-3, -3, 111, 154), "turned by 90 degrees, shown at true size"),
        (
            (296, 210),
            None,
            (0, 0, 105, 148),
            "turned by 90 degrees and scaled to 50 %, to the trim",
        ),
        ((210, 297), None, (0, -0.25, 105, 148.5), "scaled to 50 %, to the trim"),  # not squeezed
        ((50, 50), None, (27.5, 49, 50, 50), "shown at true size"),
        (None, (1311, 1819), (-3, -3, 111, 154), "scaled to trim and bleed"),
        (None, (1050, 1480), (0, 0, 105, 148), "scaled to the trim"),
        (None, (1480, 1050), (0, 0, 105, 148), "turned and scaled to the trim"),
        (None, (1000, 1000), (0, 21.5, 105, 105), "fitted to the trim size"),
        (None, (105, 148), (0, 0, 105, 148), "scaled to the trim"),  # pixels are no millimetres
    ],
)
def test_a_page_lies_where_the_press_would_print_it(size, pixels, box, words):
    placed = place(A6, page(size, pixels))
    assert (placed.x, placed.y, placed.width, placed.height) == pytest.approx(box, abs=0.05)
    assert placed.words == words
    assert placed.turned is words.startswith("turned")
    assert (placed.scale is None) is (size is None)


def test_a_page_lies_by_its_own_trim_wherever_that_is():
    placed = place(A6, Page((105.0, 148.0), (-8.0, -12.5), (140.0, 180.0)))
    assert (placed.x, placed.y, placed.words) == (-8.0, -12.5, "shown at true size")
    assert (placed.width, placed.height) == (140.0, 180.0)
    assert (placed.left_mm, placed.top_mm, placed.scale) == (0.0, 0.0, 1.0)


def test_what_lies_round_a_turned_page_turns_with_it():
    placed = place(A6, Page((148.0, 105.0), (-8.0, -12.5), (180.0, 140.0)))
    # what was above is on the right, what was on the left is above
    assert (placed.x, placed.y) == (105 + 12.5 - 140, -8.0)
    assert (placed.width, placed.height) == (140.0, 180.0)


def test_a_page_without_a_rule_shows_its_own_size():
    placed = place(Rule.of(Artwork()), page((60.0, 40.0)))
    assert placed.trim_mm == (60.0, 40.0)
    assert place(Rule.of(Artwork()), page(None, (600, 400))).trim_mm == pytest.approx((120, 80))


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({"media_mm": [111, 154]}, Page((111, 154), (0, 0), (111, 154))),
        (  # measured before the place of a box was
            {"media_mm": [125, 168], "trim_mm": [105, 148]},
            Page((105, 148), (-10, -10), (125, 168)),
        ),
        (
            {"media_mm": [200, 200], "crop_mm": [105, 148], "crop_at_mm": [20, 10],
             "print_mm": [155, 188], "print_at_mm": [0, 0]},
            Page((105, 148), (-20, -10), (155, 188)),
        ),
        (
            {"media_mm": [200, 200], "trim_mm": [105, 148], "trim_at_mm": [20, 10],
             "crop_mm": [180, 180], "crop_at_mm": [5, 5]},
            Page((105, 148), (-15, -5), (180, 180)),
        ),
    ],
)  # fmt: skip
def test_the_place_of_a_page_comes_from_the_file(row, found):
    facts = FileFacts.model_validate({"page_facts": [{"media_mm": [9, 9]}, row]})
    assert Page.of(facts, 2, (10, 10)) == found
    assert Page.of(facts, 3, (10, 20)) == Page(None, (0.0, 0.0), (10.0, 20.0))
    picture = FileFacts.model_validate({"width_px": 300, "height_px": 600, "dpi": 300})
    assert Page.of(picture, 1, (10, 20)).size_mm is None


@pytest.mark.parametrize(
    ("trim", "sheet"),
    [
        ((105, 148), (297, 210)),
        ((148, 105), (297, 210)),
        ((99, 210), (210, 297)),
        ((148, 210), (420, 297)),
        ((85, 55), (297, 210)),
    ],
)
def test_the_smallest_paper_is_taken(trim, sheet):
    rule = Rule((float(trim[0]), float(trim[1])), 3.0, 4.0)
    made = sheet_for(rule, place(rule, page(None, trim)))
    assert (made.width, made.height) == sheet
    assert made.scale == 1
    assert made.column_x + made.column_width == pytest.approx(made.width - SIDE)


def test_a_poster_gets_a_sheet_of_its_own_and_a_banner_a_scale():
    poster = Rule((841.0, 1189.0), 5.0, 0.0)
    made = sheet_for(poster, place(poster, page(None, (841, 1189))))
    assert made.scale == 1
    assert made.height > 1189 + TOP
    banner = Rule((5000.0, 1000.0), 10.0, 0.0)
    made = sheet_for(banner, place(banner, page(None, (500, 100))))
    assert made.scale == 5
    assert made.trim_width == 1000
    assert made.width * 72 / 25.4 < 14400


def test_what_a_proof_kept_is_read_and_written_back_the_same():
    kept = {"options": [["Foil", "Gold"]], "personalisation": [["Name", "Ada"]], "more": 1}
    read = JobData.model_validate(kept)
    assert read.options == [("Foil", "Gold")]
    assert as_json(read) == kept  # its hash stays the same


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("2026-12-04", "Fri 4 Dec 2026"),
        ("Fri 4 Dec 2026", "Fri 4 Dec 2026"),
        ("", None),
        (None, None),
    ],
)
def test_dates_come_as_dates_or_in_words(given, words):
    assert paper._date(given) == words
