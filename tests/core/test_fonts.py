"""Every letter that we take is printed as itself; the others are refused by name."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

import pytest

from app.core.errors import BadInput
from app.core.fonts import FAMILIES, font_files, is_blank, undrawable
from app.core.inputs import Text
from app.core.pdf import render_pdf
from app.core.text_input import clean_line
from tests.drawn_letters import drawn, outlines_of

FILES = {file.stem.partition("[")[0]: file for file in font_files()}

OTHERS = ("Inter-Regular", "NotoSans", "NotoSansSymbols", "NotoSansCJKjp-Regular")


def letters_of(*blocks: tuple[int, int]) -> str:
    """The letters and signs of blocks that stand by themselves and are taken."""
    every = (chr(code) for first, last in blocks for code in range(first, last + 1))
    return "".join(
        letter
        for letter in every
        if unicodedata.category(letter)[0] in "LNPS" and not undrawable(letter)
    )


LATIN = letters_of((0x21, 0x24F), (0x1E00, 0x1EFF), (0x2010, 0x2027), (0x20A0, 0x20BF))
SCRIPTS = {
    "Latin": (LATIN, "Inter-Regular"),
    "Greek": (letters_of((0x386, 0x3FF), (0x1F00, 0x1FFE)), "Inter-Regular"),
    "Cyrillic": (letters_of((0x400, 0x52F)), "Inter-Regular"),
    "Hebrew": (letters_of((0x5D0, 0x5F4)), "NotoSansHebrew"),
    # without the two that have another form where they stand alone
    "Arabic": (
        letters_of((0x620, 0x642), (0x644, 0x64A), (0x660, 0x6BC), (0x6BE, 0x6D3)),
        "NotoSansArabic",
    ),
    "kana and Han": (letters_of((0x3041, 0x30FF), (0x4E00, 0x4F80)), "NotoSansCJKjp-Regular"),
    "Hangul": (letters_of((0xAC00, 0xAD00)), "NotoSansCJKjp-Regular"),
    "emoji": (letters_of((0x1F300, 0x1F3FA), (0x1F400, 0x1F64F), (0x1F900, 0x1F9FF)), "NotoEmoji"),
}


def paper(letters: Iterable[str], weight: int = 400) -> bytes:
    """A paper with the letters side by side, none of them near enough to join."""
    spaced = " ".join(f"&#{ord(letter)};" for letter in letters)
    # none that suits its neighbours, none put together from parts
    style = f"font: {weight} 9pt Inter; font-feature-settings: 'calt' 0, 'ccmp' 0"
    return render_pdf(f'<p style="{style}">{spaced}')


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_letter_is_printed_as_itself(script):
    letters, first = SCRIPTS[script]
    assert len(letters) > 25
    shown = set(drawn(paper(letters)))
    wrong = letters
    for name in dict.fromkeys((first, *OTHERS)):  # a sign may be in several: any of them is right
        looks = outlines_of(FILES[name], wrong) if wrong else {}
        wrong = "".join(letter for letter in wrong if looks.get(letter) not in shown)
    assert not wrong


@pytest.mark.parametrize(
    ("weight", "name"),
    [(500, "Inter-Medium"), (600, "Inter-SemiBold"), (700, "Inter-Bold"), (800, "Inter-ExtraBold")],
)
def test_every_weight_has_all_of_latin(weight, name):
    looks = outlines_of(FILES[name], LATIN)
    shown = set(drawn(paper(looks, weight)))
    assert not [letter for letter, look in looks.items() if look not in shown]


def test_letters_of_latin_extended_are_not_a_second_font_under_the_same_name():
    letters = "ŁČřźéA"
    looks = outlines_of(FILES["Inter-Regular"], letters)
    assert list(filter(None, drawn(paper(letters)))) == [looks[letter] for letter in letters]


def test_papers_know_no_typeface_of_the_machine():
    body = render_pdf('<p style="font-family: DejaVu Sans Mono">Mono')
    looks = outlines_of(FILES["Inter-Regular"], "Mono")
    assert list(drawn(body)) == [looks[letter] for letter in "Mono"]
    assert len(FAMILIES) == 5


@pytest.mark.parametrize(
    "text",
    [
        "Łukasz Čapek",
        "Ελένη",
        "Ђорђе",
        "שָׁלוֹם",
        "محمد‌رضا",
        "山田太郎 김민준",
        "👩‍👩‍👧 ❤️ 👍🏽 🇩🇪",
        "नमस्ते",
    ],
)
def test_names_of_the_world_are_taken(text):
    assert clean_line(text, "name", "name") == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    ("text", "named"),
    [("Ada \U00013000", "egyptian hieroglyph a001"), ("\U0001e900x", "adlam capital letter alif")],
)
def test_a_letter_that_no_typeface_has_is_refused_by_its_name(text, named):
    with pytest.raises(BadInput) as caught:
        clean_line(text, "name", "name")
    assert caught.value.field == "name"
    assert named in str(caught.value)
    with pytest.raises(ValueError, match=named):
        Text(is_printed=True).check(f"Fine.\n{text}")


@pytest.mark.parametrize("sign", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ue000\x07")
def test_a_name_that_turns_its_direction_is_refused(sign):
    with pytest.raises(BadInput, match="can't be printed"):
        clean_line(f"Ada{sign}x", "name", "name")


@pytest.mark.parametrize(
    "text",
    ["\u200b", "\u200d\u200c \u2060", "\ufeff", "\u3164", "\u2800", "\u00ad", "\ufe0f", "\xa0"],
)
def test_text_that_nobody_can_see_is_empty(text):
    assert is_blank(text)
    with pytest.raises(BadInput, match="Enter the name"):
        clean_line(text, "name", "name")
    with pytest.raises(ValueError, match="Say why"):
        Text("Say why.").check(text)


def test_zero_width_signs_between_letters_are_left_out_where_they_join_nothing():
    assert clean_line("A\u200bd\ufeffa\u00ad", "name", "name") == "Ada"
    assert clean_line("می\u200cخواهم", "name", "name") == "می\u200cخواهم"
