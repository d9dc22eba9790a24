"""Where a page lies on the trim, and which sheet of paper shows it at true size."""

from __future__ import annotations

import pytest

from app.artwork.proofing import paper
from app.artwork.proofing.job_data import JobData
from app.artwork.proofing.placing import Rule, page_size, place
from app.artwork.proofing.sheet import SIDE, TOP, sheet_for
from app.catalog.properties import Artwork
from app.core.typed_json import as_json
from app.inspection.file_facts import FileFacts

A6 = Rule((105.0, 148.0), 3.0, 5.0)


@pytest.mark.parametrize(
    ("size", "pixels", "box", "words"),
    [
        ((111, 154), (1480, 2048), (-3, -3, 111, 154), "shown at true size"),
        ((105, 148), (1453, 2048), (0, 0, 105, 148), "shown at true size"),
        ((222, 308), (1480, 2048), (-3, -3, 111, 154), "scaled to trim and bleed"),
        ((210, 296), (1453, 2048), (0, 0, 105, 148), "scaled to the trim"),
        ((154, 111), (2048, 1480), (-3, -3, 111, 154), "turned and scaled to trim and bleed"),
        ((50, 50), (2048, 2048), (27.5, 49, 50, 50), "shown at true size"),
        (None, (1311, 1819), (-3, -3, 111, 154), "scaled to trim and bleed"),
        (None, (1050, 1480), (0, 0, 105, 148), "scaled to the trim"),
        (None, (1480, 1050), (0, 0, 105, 148), "turned and scaled to the trim"),
        (None, (1000, 1000), (0, 21.5, 105, 105), "fitted to the trim size"),
    ],
)
def test_a_page_lies_where_the_press_would_print_it(size, pixels, box, words):
    placed = place(A6, size, pixels)
    assert (placed.x, placed.y, placed.width, placed.height) == pytest.approx(box, abs=0.3)
    assert placed.words == words
    assert placed.turned is words.startswith("turned")


def test_a_page_with_printer_s_marks_lies_by_its_own_trim():
    placed = place(A6, (140.0, 180.0), (1593, 2048), own_trim_mm=(105.0, 148.0))
    assert (placed.x, placed.width, placed.words) == (-17.5, 140.0, "shown at true size")


def test_a_page_without_a_rule_shows_its_own_size():
    placed = place(Rule.of(Artwork()), (60.0, 40.0), (600, 400))
    assert placed.trim_mm == (60.0, 40.0)
    assert place(Rule.of(Artwork()), None, (600, 400)).trim_mm == pytest.approx((120, 80))


@pytest.mark.parametrize(
    ("facts", "size"),
    [
        ({"page_facts": [{"media_mm": [111, 154]}, {"media_mm": [10, 20]}]}, (10, 20)),
        ({"page_facts": [{"media_mm": [111, 154]}]}, None),
        ({"width_px": 300, "height_px": 600, "dpi": 300}, None),
    ],
)
def test_the_size_of_a_page_comes_from_the_file(facts, size):
    found = page_size(FileFacts.model_validate(facts), 2)
    assert found == (pytest.approx(size) if size else None)


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
    made = sheet_for(rule, place(rule, None, trim))
    assert (made.width, made.height) == sheet
    assert made.scale == 1
    assert made.column_x + made.column_width == pytest.approx(made.width - SIDE)


def test_a_poster_gets_a_sheet_of_its_own_and_a_banner_a_scale():
    poster = Rule((841.0, 1189.0), 5.0, 0.0)
    made = sheet_for(poster, place(poster, None, (841, 1189)))
    assert made.scale == 1
    assert made.height > 1189 + TOP
    banner = Rule((5000.0, 1000.0), 10.0, 0.0)
    made = sheet_for(banner, place(banner, None, (500, 100)))
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
