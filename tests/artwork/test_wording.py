"""What a customer wrote is compared with the words of their file, and both sides are told."""

from __future__ import annotations

import io

import pikepdf
import pytest

from app.artwork.proofing.wording import check_wording
from app.inspection.file_facts import FileFacts
from app.inspection.inspect import inspect

NAMES = [("Names", "Wren & Tilly", "file")]


def a_page(*lines: str) -> bytes:
    """A PDF with these lines of text in a font that every reader has."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(300, 200))
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1,
                              BaseFont=pikepdf.Name.Helvetica)  # fmt: skip
    page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
    shown = "".join(
        f"BT /F 12 Tf 20 {150 - 20 * n} Td ({line}) Tj ET " for n, line in enumerate(lines)
    )
    page.Contents = pdf.make_stream(shown.encode())
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def facts_of(body: bytes, folder, name: str = "card.pdf") -> FileFacts:
    (folder / name).write_bytes(body)
    found = inspect({"path": str(folder / name), "file_name": name, "out_dir": str(folder),
                     "want": ["facts"]})  # fmt: skip
    return FileFacts.model_validate(found["facts"])


@pytest.mark.parametrize(
    "lines",
    [
        ("Wren & Tilly",),
        ("Come to the wedding of", "WREN", "&", "TILLY", "on Saturday"),
        ("W r e n  and more", "Tilly and Wren"),
        ("Wren + Tilly",),
    ],
)
def test_words_that_are_in_the_file_are_found(tmp_path, lines):
    found = check_wording(NAMES, facts_of(a_page(*lines), tmp_path))
    assert not found.warnings


def test_words_that_are_not_in_the_file_are_told(tmp_path):
    found = check_wording(NAMES, facts_of(a_page("Robin & Sascha"), tmp_path))
    assert found.missing == [("Names", "Wren & Tilly")]
    assert "“Wren & Tilly” (Names) was not found in the text of the file" in found.warnings[0]


def test_one_wrong_letter_is_told(tmp_path):
    assert check_wording(NAMES, facts_of(a_page("Wren & Tily"), tmp_path)).missing


def test_letters_coded_another_way_are_the_same_words():
    facts = FileFacts(text_layer="LUKASZ C\u030capek ﬁnd")
    assert not check_wording([("Name", "Čapek find", "file")], facts).warnings


def test_a_file_of_outlines_can_not_be_compared(tmp_path):
    found = check_wording(NAMES, facts_of(a_page(), tmp_path))
    assert (found.missing, found.unread) == ([], ["Names"])
    assert "can't be read" in found.warnings[0]


def test_words_of_a_drawing_are_read(tmp_path):
    drawn = b"<text>Wren<tspan> &amp; </tspan>Tilly</text>"
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">' + drawn + b"</svg>"
    assert not check_wording(NAMES, facts_of(svg, tmp_path, "a.svg")).warnings


def test_words_that_are_no_part_of_the_file_say_so_and_are_not_compared():
    written = [("Engraving", "Forever", "added"), ("Part number", "A-1", "information")]
    found = check_wording(written, FileFacts(text_layer="Other words"))
    assert not found.warnings
    assert found.notes == [
        "Added by us, exactly as written: Engraving.",
        "For information only, not part of the artwork: Part number.",
    ]


def test_words_beyond_what_is_read_of_a_long_text_are_left_to_people():
    found = check_wording(NAMES, FileFacts(kind="pdf", text_layer="book " * 4000))
    assert (found.missing, found.unread) == ([], ["Names"])
    assert check_wording(NAMES, FileFacts(kind="pdf", text_layer="book " * 3000)).missing
