"""Addresses and numbers as people type or paste them, and what is none."""

from __future__ import annotations

import pytest

from app.core.errors import BadInput
from app.core.text_input import clean_email, clean_phone

pytestmark = pytest.mark.usefixtures("app")

LONDON = "+44 20 7946 0000"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Kunde@Bücher.example", "kunde@bücher.example"),
        ("kunde@xn--bcher-kva.example", "kunde@bücher.example"),
        ("jörg@example.com", "jörg@example.com"),
        (" Ada@Example.COM ", "ada@example.com"),
    ],
)
def test_an_address_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert clean_email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "ada@example",
        "ada@localhost",
        "ada@[192.0.2.1]",
        "ada@192.0.2.1",
        "ada@",
        "ada@bü cher.example",
    ],
)
def test_an_address_that_nobody_could_write_to_is_refused(typed: str) -> None:
    with pytest.raises(BadInput, match="is not an e-mail address") as caught:
        clean_email(typed)
    assert caught.value.field == "email"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("020 7946 0000", LONDON),
        ("(+44) 20 7946 0000", LONDON),
        ("+44 (0)20 7946 0000", LONDON),
        ("0044 20 7946 0000", LONDON),
        ("020–7946–0000", LONDON),
        ("020\u20117946\u20110000", LONDON),
        ("\u202a+44 20 7946 0000\u202c", LONDON),
        ("\ufeff020\u00a07946\u200b 0000", LONDON),
        ("020 7946 0000 ext. 12", LONDON + " x12"),
        ("+44 20 7946 0000 x12", LONDON + " x12"),
        ("+1 (202) 555-0123", "+1 202-555-0123"),
        ("+49 30 901820", "+49 30 901820"),
        ("", ""),
        (" \u200b", ""),
    ],
)
def test_a_number_is_taken_however_it_is_written(typed: str, kept: str) -> None:
    assert clean_phone(typed) == kept


def test_a_number_of_another_country_without_its_code_stays_as_typed() -> None:
    assert clean_phone("01 42 68 53 00") == "01 42 68 53 00"


@pytest.mark.parametrize("typed", ["soon", "12", "+44", "1" * 60, "ext. 12", "+999 123456789"])
def test_what_nobody_can_dial_is_refused(typed: str) -> None:
    with pytest.raises(BadInput, match="is not a phone number"):
        clean_phone(typed)
