"""The customer's page says where the order goes, asks where nobody has said it, and takes the answer."""

from __future__ import annotations

import pytest

from app.core.actor import system
from app.core.db import db
from app.orders.models import Order
from app.orders.verbs import decline
from tests.order_rows import TO_GO_TO
from tests.portal.conftest import Page, Portal, events, requested, who

SET = "/set_delivery"
ADDRESS = {
    "delivery": "carrier",
    "ship.line_1": "1 Example Street",
    "ship.city": "Sampleton",
    "ship.country": "GB",
}


@pytest.fixture
def unsaid(shop: None) -> Order:
    """An order of which nobody has said where it goes."""
    return requested(is_pickup=False)


def regions(page: Page) -> list[str]:
    return page.said("[data-region]:not([hidden]) label")


def test_who_has_not_said_where_it_goes_is_asked(portal: Portal, unsaid: Order) -> None:
    page = portal.open(unsaid)
    assert "We don't know yet where your order goes." in page.words
    assert page.document.cssselect("#delivery details[open]")
    page = portal.send(page, SET, ADDRESS)
    assert page.status == 200
    assert "We've saved where your order goes." in page.words
    assert page.said("#delivery address") == ["Ada Example1 Example StreetSampletonUnited Kingdom"]
    (event,) = events("order.delivery_set")
    assert who(event) == ("customer", "link")


def test_a_pickup_is_said_and_can_be_changed(portal: Portal) -> None:
    order = requested(is_pickup=True)
    page = portal.open(order)
    assert "You'll collect it at our shop." in page.words
    assert (page.form(SET) or {})["delivery"] == "pickup"
    assert (page.form(SET) or {})["ship.name"] == order.contact.name
    assert "Pickup" in page.said(".timeline li") and "Shipping" not in page.said(".timeline li")
    page = portal.send(page, SET, ADDRESS | {"ship.name": "Bo Example"})
    assert (order.delivery, order.ship_to.name) == ("carrier", "Bo Example")
    again = portal.send(page, SET, {"delivery": "pickup"})
    assert "You'll collect it at our shop." in again.words


def test_what_is_wrong_is_told_beside_its_field_and_kept(portal: Portal, unsaid: Order) -> None:
    page = portal.send(portal.open(unsaid), SET, ADDRESS | {"ship.city": "", "ship.country": "US"})
    assert page.status == 422
    assert page.fault("ship.city") and page.fault("ship.region")
    kept = page.form(SET) or {}
    assert (kept["ship.line_1"], kept["ship.country"]) == ("1 Example Street", "US")
    assert regions(page) == ["State"]
    assert db.session.get_one(Order, unsaid.id).delivery is None


def test_the_same_form_twice_is_one_change(portal: Portal, unsaid: Order) -> None:
    page = portal.open(unsaid)
    portal.send(page, SET, ADDRESS)
    again = portal.send(page, SET, ADDRESS)
    assert "already done" in again.words
    assert len(events("order.delivery_set")) == 1


def test_an_order_that_ended_shows_no_delivery(portal: Portal, unsaid: Order) -> None:
    decline(unsaid.id, "Not our trade.", actor=system())
    page = portal.open(unsaid)
    assert page.form(SET) is None and "where your order goes" not in page.words


def test_somebody_else_can_not_set_it(portal: Portal, stranger: Portal, unsaid: Order) -> None:
    form = portal.open(unsaid).form(SET) or {}
    answer = stranger.post(
        f"/orders/{unsaid.ref}{SET}", {**form, **ADDRESS, "csrf_token": stranger.token()}
    )
    assert (answer.status, unsaid.delivery) == (404, None)


@pytest.mark.parametrize(
    ("country", "word"),
    [("GB", []), ("US", ["State"]), ("CA", ["Province"]), ("IE", ["County optional"]),
     ("JP", ["Prefecture"]), ("AE", ["Emirate"]), ("FR", []), ("RU", ["Oblast"])],
)  # fmt: skip
def test_the_region_is_asked_for_where_the_country_has_one_by_its_own_word(
    portal: Portal, shop: None, country: str, word: list[str]
) -> None:
    ship_to = TO_GO_TO.model_copy(update={"country": country})
    assert regions(portal.open(requested(ship_to=ship_to))) == word
