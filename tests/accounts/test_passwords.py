"""How a password is kept: as dear to guess as RFC 9106 asks, except for shops under test."""

from __future__ import annotations

from time import process_time

import pytest
from argon2 import Type, extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY
from flask import Flask

from app.accounts.passwords import check_choice, hasher
from app.core.errors import BadInput


def test_a_shop_keeps_passwords_with_the_parameters_of_the_standard() -> None:
    used = extract_parameters(hasher(testing=False).hash("paper and black ink"))
    assert used == RFC_9106_LOW_MEMORY
    assert used.type is Type.ID


def test_a_hash_that_was_made_cheaply_is_made_anew_at_the_next_sign_in() -> None:
    cheap = hasher(testing=True).hash("paper and black ink")
    assert hasher(testing=False).verify(cheap, "paper and black ink")
    assert hasher(testing=False).check_needs_rehash(cheap)
    assert not hasher(testing=True).check_needs_rehash(cheap)


def test_a_shop_that_is_not_under_test_never_takes_the_cheap_way(app: Flask) -> None:
    from app.accounts import passwords
    from app.core import settings

    before = settings.current()
    try:
        settings.use(before.model_copy(update={"testing": False}))
        kept = passwords.hashed("paper and black ink")
    finally:
        settings.use(before)
    assert extract_parameters(kept) == RFC_9106_LOW_MEMORY


@pytest.mark.parametrize(
    "password",
    [
        "password123", "Passw0rd2026!", "qwertyuiop[]", "1q2w3e4r5t6y", "iloveyou1234", "letmein letmein",
        "administrator", "aaaaaaaaaaaaa", "abcdefghijkl", "123456789012", "sunshine2024",
        "Ines Okoro 1", "ines.okoro@example.com", "okoro-ines-99", "ExampleStreetPress", "examplestreet2026",
    ],
)  # fmt: skip
def test_what_many_choose_and_what_names_give_away_is_refused(app: Flask, password: str) -> None:
    with pytest.raises(BadInput, match="too easy to guess") as refused:
        check_choice(password, email="ines.okoro@example.com", name="Ines Okoro")
    assert refused.value.field == "password"


@pytest.mark.parametrize(
    "password",
    ["paper and black ink", "correct horse battery staple", "k7#mPq2x!vLd", "überraschung am see"],
)
def test_unrelated_words_and_random_letters_are_taken(app: Flask, password: str) -> None:
    check_choice(password, email="ines.okoro@example.com", name="Ines Okoro")


def test_the_longest_password_is_judged_quickly(app: Flask) -> None:
    started = process_time()
    check_choice("kV9#tL2!" * 25, email="ines@example.com", name="Ines")
    assert process_time() - started < 2
