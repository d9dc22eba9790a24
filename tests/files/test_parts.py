"""Large files are cut into parts that S3 takes, and refused early where they can't be taken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.files.parts import MIB, count_parts, part_size_bytes, refuse_early, size_words
from app.inspection.refusal import FileRefused

GIB = 1024**3


@given(st.integers(min_value=1, max_value=50 * GIB))
def test_the_parts_cover_the_file_and_keep_to_the_limits_of_s3(size):
    each = part_size_bytes(size)
    count = count_parts(size, each)
    assert 1 <= count <= 1000
    assert each >= 5 * MIB
    assert each * (count - 1) < size <= each * count


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1536, "1.5 KB"),
        (5 * GIB, "5 GB"),
        (int(6.2 * GIB), "6.2 GB"),
    ],
)
def test_sizes_are_said_as_people_say_them(size, words):
    assert size_words(size) == words


def test_more_than_the_most_is_refused_with_both_sizes():
    with pytest.raises(FileRefused) as refused:
        refuse_early("a.pdf", 6 * GIB, 5 * GIB)
    assert refused.value.sentence == "The file is 6 GB; we take up to 5 GB."
    refuse_early("a.pdf", 5 * GIB, 5 * GIB)


def test_a_type_that_the_product_does_not_take_is_refused_by_its_name():
    with pytest.raises(FileRefused) as refused:
        refuse_early("a.stl", 10, GIB, ("pdf", "png", "svg"))
    assert refused.value.sentence == "This product does not take STL models."
    assert refused.value.next_step == "Send PDF, PNG or SVG."


@pytest.mark.parametrize("size", [0, -1])
def test_nothing_is_refused_as_nothing(size):
    with pytest.raises(FileRefused, match="empty"):
        refuse_early("a.pdf", size, GIB)
