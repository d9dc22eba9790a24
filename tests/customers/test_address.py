"""Addresses of countries with and without states: what has to be there, and how it is printed."""

from __future__ import annotations

import pytest

from app.core.errors import BadInput
from app.core.postal_address import PostalAddress
from app.customers.services import parse_address

pytestmark = pytest.mark.usefixtures("app")

NOWHERE = {"name": "Ada Example", "line_1": "1 Example Street", "city": "Sampleton"}


def address(country: str, **more: str) -> PostalAddress:
    return parse_address(NOWHERE | {"country": country} | more)


@pytest.mark.parametrize(
    ("country", "word"), [("US", "state"), ("CA", "province"), ("JP", "prefecture")]
)
def test_a_country_with_states_needs_one(country: str, word: str) -> None:
    with pytest.raises(BadInput, match=f"Enter the {word}") as caught:
        address(country)
    assert caught.value.field == "region"
    assert PostalAddress.of(NOWHERE | {"country": country}).missing() == ["region"]


@pytest.mark.parametrize("country", ["GB", "DE", "FR", "IE"])
def test_other_countries_need_none(country: str) -> None:
    assert address(country).missing() == []


@pytest.mark.parametrize("typed", ["CA", "ca", "California", " california "])
def test_a_state_is_kept_by_its_letters(typed: str) -> None:
    assert address("US", region=typed).region == "CA"


def test_a_state_that_is_none_is_refused() -> None:
    with pytest.raises(BadInput, match="is no state of United States") as caught:
        address("US", region="Bavaria")
    assert caught.value.field == "region"


def test_a_county_where_none_is_needed_is_kept_as_typed() -> None:
    assert address("IE", region="Dublin").region == "Dublin"


@pytest.mark.parametrize(
    ("country", "more", "place"),
    [
        ("US", {"region": "Illinois", "postcode": "62704"}, ["Sampleton, IL 62704", "US"]),
        ("CA", {"region": "ON", "postcode": "K1A 0B1"}, ["Sampleton ON K1A 0B1", "CA"]),
        ("DE", {"postcode": "12345"}, ["12345 Sampleton", "DE"]),
        ("GB", {"postcode": "EX1 1EX"}, ["Sampleton", "EX1 1EX", "GB"]),
        ("GB", {"region": "Devon", "postcode": "EX1 1EX"}, ["Sampleton Devon", "EX1 1EX", "GB"]),
        ("GB", {}, ["Sampleton", "GB"]),
        ("US", {"region": "IL"}, ["Sampleton, IL", "US"]),
    ],
)
def test_an_address_is_printed_in_its_countrys_order(
    country: str, more: dict[str, str], place: list[str]
) -> None:
    assert address(country, **more).printed() == ["Ada Example", "1 Example Street", *place]


def test_a_city_that_is_a_country_needs_no_town() -> None:
    found = parse_address(NOWHERE | {"city": "", "country": "SG", "postcode": "018956"})
    assert found.missing() == []
