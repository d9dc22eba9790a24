"""The type of a file is what its bytes say, and the name must agree."""

from __future__ import annotations

import io
import zipfile

import pytest

from app.inspection.refusal import FileRefused
from app.inspection.sniff import sniff
from tests.files import sample_files
from tests.files.made_psd import Photoshop

EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n"


def office(folder: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr(f"{folder}/document.xml", "<x/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("body", "name", "key"),
    [
        (sample_files.a_pdf(), "card.pdf", "pdf"),
        (b"\n\n" + sample_files.a_pdf(), "card.PDF", "pdf"),
        (sample_files.a_picture("PNG"), "card.png", "png"),
        (sample_files.a_picture("JPEG"), "card.JPG", "jpeg"),
        (sample_files.a_picture("JPEG"), "card.jpeg", "jpeg"),
        (sample_files.a_picture("TIFF"), "card.tif", "tiff"),
        (sample_files.an_svg(), "card.svg", "svg"),
        (b"\xef\xbb\xbf<!-- by hand --><svg/>", "card.svg", "svg"),
        (sample_files.an_stl(), "part.stl", "stl"),
        (b"solid" + sample_files.an_stl()[5:], "part.stl", "stl"),
        (sample_files.a_text_stl(), "part.STL", "stl"),
        (sample_files.a_3mf(), "part.3mf", "3mf"),
        (Photoshop().written(), "card.psd", "psd"),
        (sample_files.a_picture("WEBP"), "card.webp", "webp"),
        (sample_files.a_picture("AVIF"), "card.avif", "avif"),
    ],
)
def test_it_knows_the_type_by_its_bytes(stored, body, name, key):
    assert sniff(stored(body), name).key == key


@pytest.mark.parametrize(
    ("body", "name", "sentence"),
    [
        (sample_files.a_pdf(), "a.png", "The name says PNG image, but the file is a PDF document."),
        (
            sample_files.a_picture(),
            "a.pdf",
            "The name says PDF document, but the file is a PNG image.",
        ),
        (sample_files.an_stl(), "a.jpg", "The name says JPEG image, but the file is an STL model."),
        (b"just text", "a.pdf", "The name says PDF document, but the file is something else."),
        (b"\0" * 4000, "a.png", "The name says PNG image, but the file is something else."),
    ],
)
def test_a_name_that_says_another_type_is_refused_with_both(stored, body, name, sentence):
    with pytest.raises(FileRefused) as refused:
        sniff(stored(body), name)
    assert refused.value.sentence == sentence
    assert refused.value.code == "mismatch"
    assert refused.value.next_step


@pytest.mark.parametrize("name", ["a.eps", "a.pdf", "a.ai", "a"])
def test_eps_is_refused_with_the_way_out_whatever_its_name(stored, name):
    with pytest.raises(FileRefused) as refused:
        sniff(stored(EPS), name)
    assert refused.value.sentence == "We can't take EPS."
    assert "PDF" in refused.value.next_step


@pytest.mark.parametrize(
    ("body", "name", "word"),
    [
        (office("word"), "a.docx", "Office documents"),
        (office("stuff"), "a.zip", "archives"),
        (office("stuff"), "a.3mf", "archives"),
        (b"MZ" + b"\0" * 500, "a.exe", "programs"),
        (b"\x7fELF" + b"\0" * 500, "a.pdf", "programs"),
        (b"#!/bin/sh\n", "a.pdf", "programs"),
        (b"GIF89a" + b"\0" * 50, "a.gif", "GIF"),
        (b"\x1f\x8b" + b"\0" * 50, "a.svg", "compressed files"),
        (b"Rar!\x1a\x07" + b"\0" * 50, "a.pdf", "archives"),
    ],
)
def test_other_types_are_refused_by_their_name(stored, body, name, word):
    with pytest.raises(FileRefused) as refused:
        sniff(stored(body), name)
    assert refused.value.sentence == f"We can't take {word}."
    assert refused.value.code == "type"


@pytest.mark.parametrize("name", ["a.xyz", "README", "a.step", "a.pdf.exe"])
def test_an_extension_that_is_not_taken_is_refused_even_with_good_bytes(stored, name):
    with pytest.raises(FileRefused) as refused:
        sniff(stored(sample_files.a_pdf()), name)
    assert "can't take" in refused.value.sentence


def test_an_empty_file_is_said_to_be_empty(stored):
    with pytest.raises(FileRefused) as refused:
        sniff(stored(b""), "a.pdf")
    assert (refused.value.code, refused.value.sentence) == ("empty", "The file is empty (0 bytes).")


def test_an_stl_that_lost_triangles_says_how_many(stored):
    with pytest.raises(FileRefused) as refused:
        sniff(stored(sample_files.an_stl()[:-75]), "part.stl")
    assert refused.value.sentence == (
        "The STL model says it has 12 triangles, but the file holds 10."
    )


def test_a_3mf_without_its_end_is_said_to_be_cut(stored):
    with pytest.raises(FileRefused) as refused:
        sniff(stored(sample_files.a_3mf()[:-100]), "part.3mf")
    assert refused.value.code == "truncated"
