"""No pattern and no word keep the shop busy for ever."""

from __future__ import annotations

import time

import pytest

from app.catalog.configuration import validate_configuration
from app.catalog.patterns import check_pattern, fits
from app.catalog.properties import Properties
from app.core.errors import BadInput


def product(pattern: str) -> Properties:
    words = {"key": "name", "label": "Name", "max_length": 2000, "pattern": pattern}
    return Properties.model_validate({"personalisation": [words]})


@pytest.mark.parametrize(
    ("pattern", "word"),
    [
        (r"(a+)+b", "a" * 2000),
        (r"(a|a)*b", "a" * 2000),
        (r"(\w*)*\d!", "x" * 2000),
        (r"([a-z]+)*\1z!", "a" * 2000),
        (r"(.*)(.*)(.*)(.*)(.*)[^x]x", "x" * 2000),
        (r"(x+x+)+y", "x" * 2000),
        (r"(?=(a+))a*b\1!", "a" * 2000),
    ],
)
def test_a_word_that_would_hang_a_pattern_is_refused_in_time(pattern: str, word: str) -> None:
    started = time.perf_counter()
    with pytest.raises(BadInput) as refused:
        validate_configuration(product(pattern), {}, {"name": word}, 1)
    assert time.perf_counter() - started < 5
    assert refused.value.field == "personalisation.name"


def test_a_word_fits_as_a_whole_or_not_at_all() -> None:
    assert fits(r"[A-Z]{3}", "ABC")
    assert not fits(r"[A-Z]{3}", "ABCD")
    assert fits(r"[A-Z][a-z]*( [A-Z][a-z]*)*", "Ada Bea Cleo")


@pytest.mark.parametrize(
    ("pattern", "says"),
    [("[", "can't be read"), ("(" * 400, "can't be read"), ("a" * 501, "longer")],
)
def test_a_pattern_that_is_none_is_refused_when_it_is_written(pattern: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        check_pattern(pattern)
