"""Names that strangers typed are kept for people and harm nobody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.files.names import LONGEST, clean_name
from app.inspection.kinds import by_name, extension


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("card.pdf", "card.pdf"),
        ("Einladung Größe Ü 2.PDF", "Einladung Größe Ü 2.PDF"),
        ("名刺.pdf", "名刺.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("..\\..\\windows\\card.pdf", "card.pdf"),
        ("/absolute/card.pdf", "card.pdf"),
        ("card.pdf\0.exe", "card.pdf.exe"),
        ("card\u202efdp.exe", "cardfdp.exe"),
        ("card\r\nSet-Cookie: x.pdf", "cardSet-Cookie x.pdf"),
        ("<script>alert(1)</script>.pdf", "script.pdf"),
        ("  a   b .pdf", "a b .pdf"),
        ("...hidden.pdf", "hidden.pdf"),
        ("card \U00012000.pdf", "card _.pdf"),  # cuneiform: no typeface of ours has it
        ("", "file"),
        ("....", "file"),
        ("\u202e\u200f", "file"),
        ("cafe\u0301.pdf", "caf\u00e9.pdf"),
    ],
)
def test_a_hostile_name_is_kept_safe(typed, kept):
    assert clean_name(typed) == kept


def test_a_name_of_300_characters_is_shortened_and_keeps_its_extension():
    kept = clean_name("a" * 300 + ".pdf")
    assert len(kept) == LONGEST
    assert kept.endswith("a.pdf")
    assert by_name(kept).key == "pdf"


def test_the_extension_that_counts_is_the_last_one_a_person_sees():
    assert extension(clean_name("card.pdf\0.exe")) == "exe"
    assert extension(clean_name("gpj.\u202eexe.pdf")) == "pdf"


@given(st.text(max_size=400))
def test_no_name_ever_holds_a_folder_a_control_character_or_more_than_the_most(typed):
    kept = clean_name(typed)
    assert 0 < len(kept) <= LONGEST
    assert not any(character in kept for character in '/\\\0\r\n\u202e<>"')
    assert not kept.startswith(".")
    assert clean_name(kept) == kept
