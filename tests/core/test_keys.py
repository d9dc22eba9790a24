from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.keys import free_key


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("Cotton 350 g", "cotton_350_g"),
        ("350 g", "part_350_g"),
        ("Größe", "groe"),
        ("  ", "part"),
        ("🎉", "part"),
        ("حجم", "part"),
    ],
)
def test_a_key_is_made_of_what_a_label_has_of_latin_letters(label: str, key: str) -> None:
    assert free_key(label) == key


def test_a_taken_key_gets_a_number() -> None:
    assert free_key("Foil", {"foil", "foil_2"}) == "foil_3"


@given(st.text(max_size=200), st.sets(st.sampled_from(["a", "part", "a_2"])))
def test_every_label_gives_a_key_that_is_one_and_is_free(label: str, taken: set[str]) -> None:
    key = free_key(label, taken)
    assert re.fullmatch(r"[a-z][a-z0-9_]{0,39}", key)
    assert key not in taken
