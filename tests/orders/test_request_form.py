"""The request form, as the portal and the back office read it: every mistake at once, beside its field."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest

from app.catalog.properties import Properties
from app.catalog.services import effective_properties, find_product
from app.core.clock import today
from app.core.errors import BadInput
from app.core.postal_address import PostalAddress
from app.orders.request_form import parse_request
from tests.orders.conftest import CARD

GOOD = {
    "idempotency_key": str(uuid.uuid4()),
    "options.paper": "cotton",
    "options.foil": "none",
    "personalisation.names": " Ada  & Grace",
    "personalisation.date": "2027-06-19",
    "quantity": "1,000",
    "name": " Ada  Example ",
    "email": "Ada@Example.com",
    "wanted_on": "",
    "note": " By noon. ",
    "ship.line_1": "1 Example Street",
    "ship.city": "Sampleton",
    "ship.country": "gb",
    "csrf_token": "of the page, not of the request",
}


@pytest.fixture
def card(catalogue: None) -> Properties:
    return effective_properties(find_product(CARD.product_slug)).properties


def test_a_form_without_a_mistake_is_a_typed_request(card: Properties) -> None:
    wanted_on = today("UTC") + timedelta(days=9)
    found = parse_request(card, GOOD | {"wanted_on": wanted_on.isoformat()})
    assert found.configuration.options == {"paper": "cotton", "foil": "none"}
    assert found.configuration.personalisation["names"] == "Ada & Grace"
    assert (found.quantity, found.wanted_on) == (1000, wanted_on)
    assert (found.name, found.email, found.note) == ("Ada Example", "ada@example.com", "By noon.")
    assert found.ship_to == PostalAddress(
        name="Ada Example", line_1="1 Example Street", city="Sampleton", country="GB"
    )
    assert found.upload_id is None


def test_every_mistake_is_named_beside_its_field(card: Properties) -> None:
    wrong = {
        "idempotency_key": "",
        "upload_id": "no id",
        "options.paper": "vellum",
        "options.hue": "x",
        "personalisation.names": "",
        "personalisation.date": "soon",
        "quantity": "many",
        "name": " ",
        "email": "ada at example",
        "phone": "soon",
        "company": "C" * 201,
        "wanted_on": date(2001, 1, 1).isoformat(),
        "note": "x" * 4001,
        "ship.line_1": "",
        "ship.city": "T" * 121,
        "ship.country": "England",
    }
    with pytest.raises(BadInput) as caught:
        parse_request(card, GOOD | wrong)
    assert set(caught.value.faults) == set(wrong)
    assert all(sentence.endswith((".", "?")) for sentence in caught.value.faults.values())


def test_a_country_with_states_is_asked_for_one(card: Properties) -> None:
    with pytest.raises(BadInput) as caught:
        parse_request(card, GOOD | {"ship.country": "US"})
    assert list(caught.value.faults) == ["ship.region"]
    found = parse_request(card, GOOD | {"ship.country": "US", "ship.region": "Texas"})
    assert found.ship_to.region == "TX"


NOWHERE = {"ship.line_1": "", "ship.city": " "}


def test_neither_an_address_nor_a_pickup_is_asked_about(card: Properties) -> None:
    for nothing in ({}, {"delivery": ""}, {"delivery": "by post"}, {"delivery": "later"}):
        with pytest.raises(BadInput) as caught:
            parse_request(card, GOOD | NOWHERE | nothing)
        assert caught.value.faults == {"delivery": "Choose delivery to an address, or pickup."}
    with pytest.raises(BadInput) as caught:
        parse_request(card, GOOD | NOWHERE | {"delivery": "carrier"})
    assert list(caught.value.faults) == ["ship.line_1", "ship.city"]


def test_a_pickup_is_said_and_goes_nowhere(card: Properties) -> None:
    for address in (NOWHERE, {}):
        found = parse_request(card, GOOD | address | {"delivery": "pickup"})
        assert (found.is_pickup, bool(found.ship_to)) == (True, False)


def test_staff_may_say_that_they_do_not_know_yet(card: Properties) -> None:
    later = GOOD | NOWHERE | {"delivery": "later"}
    found = parse_request(card, later, may_be_later=True)
    assert (found.is_pickup, bool(found.ship_to)) == (False, False)
    with pytest.raises(BadInput):
        parse_request(card, GOOD | NOWHERE, may_be_later=True)


def test_an_address_alone_is_where_it_goes(card: Properties) -> None:
    found = parse_request(card, GOOD | {"is_pickup": "1", "ship_to": "x"})
    assert (found.is_pickup, found.ship_to.city) == (False, "Sampleton")
