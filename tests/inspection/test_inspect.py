"""The whole check of a file, in the sandbox, as a worker runs it."""

from __future__ import annotations

import hashlib
import time

import numpy as np
import pytest
from PIL import Image

from app.catalog.properties import Artwork
from app.inspection import previews
from app.inspection.file_facts import FileFacts
from app.inspection.inspect import inspect_safely, sha256
from app.inspection.results import Inspection, Refusal
from app.preflight import fonts
from tests.files import sample_files
from tests.files.made_psd import Photoshop

MADE = {
    "card.pdf": sample_files.a_pdf(),
    "card.psd": Photoshop(layers=2, has_picture=True).written(),
    "card.tif": sample_files.a_picture("TIFF", mode="CMYK"),
    "card.webp": sample_files.a_picture("WEBP"),
    "card.svg": sample_files.an_svg(),
    "part.stl": sample_files.an_stl(),
    "part.3mf": sample_files.a_3mf(),
}


@pytest.mark.parametrize("name", MADE)
def test_every_kind_of_file_gives_facts_and_pictures(name, tmp_path):
    path = tmp_path / name
    path.write_bytes(MADE[name])
    found = inspect_safely(path, name, tmp_path)
    assert isinstance(found, Inspection)
    assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert found.size_bytes == path.stat().st_size
    assert found.facts.kind == found.kind
    kinds = [row.kind for row in found.previews]
    assert kinds[:2] == ["thumb", "page-1"]
    for row in found.previews:
        with Image.open(row.path) as picture:
            assert picture.format == ("JPEG" if row.kind.startswith("page-") else "WEBP")
            assert picture.size == (row.width_px, row.height_px)
    assert max(found.previews[0].width_px, found.previews[0].height_px) <= 320


def test_a_model_has_a_turntable_of_eight_views(tmp_path):
    path = tmp_path / "part.stl"
    path.write_bytes(sample_files.an_stl())
    found = inspect_safely(path, path.name, tmp_path)
    turntable = next(row for row in found.previews if row.kind == "turntable")
    assert (turntable.width_px, turntable.height_px) == (8 * 384, 384)


def test_all_pages_of_a_document_are_drawn(look):
    kinds = [row["kind"] for row in look(sample_files.a_pdf(60, 40, pages=10), "a.pdf")["previews"]]
    assert kinds == ["thumb", *[f"page-{n}" for n in range(1, 11)]]


@pytest.mark.parametrize(
    ("size", "page", "thumb"),
    [((4000, 1000), (2048, 512), (320, 80)), ((300, 200), (300, 200), (300, 200))],
)
def test_pictures_are_shrunk_but_never_enlarged(look, size, page, thumb):
    rows = look(sample_files.a_picture("JPEG", size), "a.jpg")["previews"]
    assert [(row["width_px"], row["height_px"]) for row in rows] == [thumb, page]


def test_a_photo_taken_sideways_is_shown_upright(look):
    exif = Image.Exif()
    exif[0x0112] = 6
    outcome = look(sample_files.a_picture("JPEG", (600, 400), exif=exif), "a.jpg")
    assert (outcome["previews"][1]["width_px"], outcome["previews"][1]["height_px"]) == (400, 600)
    assert outcome["facts"]["turned"] == 6


def test_see_through_places_are_shown_as_white_paper(look):
    body = sample_files.a_picture("PNG", (50, 50), "RGBA")
    row = look(body, "a.png")["previews"][1]
    with Image.open(row["path"]) as picture:
        assert picture.mode == "RGB"
        assert min(picture.getpixel((25, 0))) > 240


def test_a_refusal_comes_back_as_words(tmp_path):
    path = tmp_path / "empty.stl"
    path.write_bytes(sample_files.an_stl(triangles=[]))
    refusal = inspect_safely(path, path.name, tmp_path)
    assert isinstance(refusal, Refusal)
    assert refusal.code and refusal.sentence and refusal.next_step


def test_a_file_that_needs_too_much_memory_is_refused_with_that_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr("app.inspection.inspect.MEMORY_MB", 100)
    path = tmp_path / "a.stl"
    path.write_bytes(sample_files.an_stl(triangles=sample_files.CUBE * 60_000))
    refusal = inspect_safely(path, "a.stl", tmp_path)
    assert refusal.code == "stopped_memory"
    assert refusal.sentence == "The file needs more than 100 MB to open and was stopped."


def test_the_hash_of_a_large_file_does_not_load_it(tmp_path):
    import resource

    path = tmp_path / "large"
    with open(path, "wb") as file:
        file.truncate(300 * 1024**2)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert len(sha256(path)) == 64
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def a_slow_filter(radius: int = 10, times: int = 1) -> bytes:
    """A drawing whose filter takes sixteen times as long at twice the size."""
    inside = (
        f'<filter id="f"><feMorphology radius="{radius}"/></filter>'
        '<rect x="20" y="20" width="160" height="160" fill="red" filter="url(#f)"/>' * times
    )
    return sample_files.an_svg(inside, viewBox="0 0 200 200")


def test_a_drawing_that_takes_long_is_drawn_smaller(look):
    started = time.monotonic()
    page = look(a_slow_filter(), "a.svg")["previews"][1]
    assert time.monotonic() - started < 20
    assert 128 <= page["width_px"] < 2048
    with Image.open(page["path"]) as picture:
        red, green, _ = picture.getpixel((picture.width // 2, picture.height // 2))
    assert (red > 200, green < 60) == (True, True)


def test_an_ordinary_drawing_is_drawn_at_full_size(look):
    page = look(sample_files.an_svg(), "a.svg")["previews"][1]
    assert page["width_px"] == 2048


def test_a_drawing_without_end_is_stopped_after_its_own_time(tmp_path, monkeypatch):
    monkeypatch.setattr("app.inspection.inspect.DRAWING_S", 2)
    path = tmp_path / "a.svg"
    path.write_bytes(a_slow_filter(radius=60, times=300))
    refusal = inspect_safely(path, "a.svg", tmp_path)
    assert (refusal.code, "longer than 2 s" in refusal.sentence) == ("stopped_time", True)


def test_pages_that_take_too_long_are_left_out_from_the_end(look, monkeypatch):
    monkeypatch.setattr(previews, "BUDGET_S", 0.0)
    body = sample_files.a_pdf(60, 40, pages=10)
    assert [row["kind"] for row in look(body, "a.pdf")["previews"]] == ["thumb", "page-1"]


def test_live_text_of_a_drawing_is_drawn_whatever_fonts_the_machine_has(look):
    text = '<text x="5" y="40" font-size="30" font-family="%s">Łódź Привет</text>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="200" height="60">{text}</svg>'
    pages = []
    for family in ("Nowhere To Be Found", "DejaVu Sans", "serif", "Inter"):
        rows = look((svg % family).encode(), "words.svg")["previews"]
        pages.append(Image.open(next(row["path"] for row in rows if row["kind"] == "page-1")))
        pages[-1].load()
    assert (np.asarray(pages[0].convert("L")) < 128).mean() > 0.03
    assert all(page.tobytes() == pages[0].tobytes() for page in pages)


@pytest.mark.parametrize(
    ("words", "unsafe"),
    [
        ("Łódź 日本 שלום Ω", ""),
        ("हिन्दी", ""),
        ("Anna हिन्दी", "Anna हिन्दी"),
        ("عربي ไทย", "عربي ไทย"),
        ("Sign \U00012000", "Sign \U00012000"),
    ],
)
def test_live_text_that_would_come_out_wrong_is_named(look, words, unsafe):
    body = sample_files.an_svg(f'<text x="1" y="9">{words}</text><text>Next</text>')
    facts = look(body, "words.svg")["facts"]
    assert facts["text_unsafe"] == unsafe
    worst = {row.severity for row in fonts.check(FileFacts(**facts), Artwork())}
    assert worst == {"fault" if unsafe else "warning"}
