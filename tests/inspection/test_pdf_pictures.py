"""The resolution of a picture in a PDF is its pixels by the inches it covers on the paper."""

from __future__ import annotations

import pytest

from tests.files import made_pdf


def lowest(look, body: bytes) -> float:
    return look(body, "a.pdf", previews=False)["facts"]["image_dpi_min"]


@pytest.mark.parametrize(
    ("matrices", "dpi"),
    [
        (["72 0 0 36 0 0"], 100),
        (["0 72 -36 0 200 0"], 100),  # a quarter turn
        (["50.9117 50.9117 -25.4558 25.4558 200 0"], 100),  # an eighth
        (["-72 0 0 -36 200 200"], 100),  # upside down
        (["72 0 0 72 0 0"], 50),  # pulled apart: the softer side counts
        (["36 0 0 18 0 0"], 200),
        (["10 0 0 10 0 0", "7.2 0 0 3.6 0 0"], 100),  # in a form
        (["0.5 0 0 0.5 0 0", "0 144 -72 0 300 0"], 100),  # turned in a form
        (["2 0 0 2 0 0", "0 3 -3 0 200 0", "12 0 0 6 0 0"], 100),  # in a form in a form
        (["0.1 0 0 0.1 0 0", "0.1 0 0 0.1 0 0", "10 0 0 10 0 0", "720 0 0 360 0 0"], 100),
    ],
)
def test_all_matrices_round_a_picture_count(look, matrices, dpi):
    assert lowest(look, made_pdf.a_placed_picture(*matrices)) == pytest.approx(dpi, abs=0.2)


def test_the_matrix_of_a_form_itself_counts(look):
    body = made_pdf.a_placed_picture("1 0 0 1 0 0", "72 0 0 36 0 0", form=(2, 0, 0, 2, 0, 0))
    assert lowest(look, body) == pytest.approx(50, abs=0.2)


def test_a_page_that_counts_in_larger_units_shows_its_pictures_larger(look):
    body = made_pdf.a_placed_picture("72 0 0 36 0 0", unit=2)
    assert lowest(look, body) == pytest.approx(50, abs=0.2)


def test_the_softest_picture_is_found_on_its_page(look):
    import io

    import pikepdf

    with pikepdf.new() as pdf:
        for width in (72, 144, 36):
            part = io.BytesIO(made_pdf.a_placed_picture(f"{width} 0 0 {width / 2} 0 0"))
            with pikepdf.open(part) as one:
                pdf.pages.append(one.pages[0])
        facts = look(made_pdf.saved(pdf), "a.pdf", previews=False)["facts"]
    assert (facts["images"], facts["image_dpi_min_page"]) == (3, 2)
    assert facts["image_dpi_min"] == pytest.approx(50, abs=0.2)
