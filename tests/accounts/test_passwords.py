"""How a password is kept: as dear to guess as RFC 9106 asks, except for shops under test."""

from __future__ import annotations

from argon2 import Type, extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY
from flask import Flask

from app.accounts.passwords import hasher


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
