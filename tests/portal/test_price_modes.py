"""What a price rule asks of the product page: turnaround, typed sizes, and prices that not everybody sees."""

from __future__ import annotations

from typing import Any

import pytest

from app.catalog.models import Product
from app.core.db import db
from app.orders.models import Order
from tests.portal.conftest import REQUEST, Page, Portal, requested

PAGE = "/p/invitation-card-a6"
LEVELS = [
    {"key": "soon", "label": "Express", "working_days": 2, "percent": 50},
    {"key": "now", "label": "Overnight", "working_days": 1, "percent": 100},
]
WIDTH = {
    "key": "width",
    "label": "Width",
    "kind": "number",
    "unit": "cm",
    "minimum": 5,
    "maximum": 200,
    "measure": "width_mm",
    "required": True,
}


def change(**properties: Any) -> None:
    """Give the card these properties of its own; those of the price beside what it has."""
    product = db.session.query(Product).filter_by(slug="invitation-card-a6").one()
    own = dict(product.properties)
    price = {**own.get("price", {}), **properties.pop("price", {})}  # type: ignore[dict-item]
    product.properties = own | properties | {"price": price}
    db.session.flush()


def price(portal: Portal, **changes: str) -> Page:
    token = (portal.get(PAGE).form("/request") or {})["csrf_token"]
    return portal.post(f"{PAGE}/price", REQUEST | changes | {"csrf_token": token})


def test_the_customer_picks_how_soon_it_is_made(portal: Portal) -> None:
    change(price={"rush_levels": LEVELS})
    page = portal.get(PAGE)
    assert "Express + 50 % ready" in page.words
    assert "Overnight 50 % of" not in page.words
    assert "Overnight 100 % of" in price(portal, rush="now").words
    portal.send(page, "/request", REQUEST | {"rush": "now"})
    order = db.session.query(Order).one()
    assert (order.rush, order.rush_level) == (True, "now")


def test_without_a_pick_it_is_not_rush(portal: Portal) -> None:
    portal.send(portal.get(PAGE), "/request", REQUEST)
    order = db.session.query(Order).one()
    assert (order.rush, order.rush_level) == (False, "")


def test_a_rush_level_that_is_not_offered_is_refused_at_its_field(portal: Portal) -> None:
    page = portal.send(portal.get(PAGE), "/request", REQUEST | {"rush": "yesterday"})
    assert page.status == 422
    assert "This rush level is not offered. Choose another." in page.words
    assert db.session.query(Order).count() == 0


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("50,5", "Area 0.0530 m²"),
        ("4", "“Width” must be 5 to 200 cm."),
        ("200.01", "“Width” must be 5 to 200 cm."),
        ("wide", "is not an amount"),
        ("50.25", "“Width” has at most 1 decimals."),
        ("", "Area 0.0155 m²"),
    ],
)
def test_a_typed_size_prices_by_area(portal: Portal, typed: str, says: str) -> None:
    change(personalisation=[WIDTH | {"decimals": 1}], price={"per_m2_minor": 100000})
    assert "Width (cm)" in portal.get(PAGE).words
    assert says in price(portal, **{"personalisation.width": typed}).words


@pytest.mark.parametrize("mode", ["signed_in", "on_request"])
def test_a_visitor_is_neither_shown_nor_sent_an_amount(portal: Portal, mode: str) -> None:
    change(price={"mode": mode, "rush_levels": LEVELS})
    for page in (portal.get(PAGE), price(portal), price(portal, rush="now")):
        assert "£" not in page.text.replace("£0", "")
        assert "€" not in page.text
        assert "50 %" not in page.text
    said = "Open this page from the link" if mode == "signed_in" else "We prepare the price"
    assert said in price(portal).words
    shelf = portal.get("/").document.cssselect(f'.shelf-card:has(a[href="{PAGE}"])')
    assert "€" not in shelf[0].text_content()
    portal.send(portal.get(PAGE), "/request", REQUEST)
    assert db.session.query(Order).count() == 1


def test_who_comes_by_a_link_sees_the_price_for_customers(portal: Portal) -> None:
    change(price={"mode": "signed_in"})
    portal.open(requested())
    assert "Price breakdown" in price(portal).words
    assert "£" in price(portal).words


def test_a_price_above_the_limit_is_prepared_by_us_and_not_shown(portal: Portal) -> None:
    change(price={"mode": "instant_below", "below_quantity": 500})
    assert "Price breakdown" in price(portal).words
    above = price(portal, quantity="500")
    assert "From 500 pieces on, we prepare the price for you." in above.words
    assert "Price breakdown" not in above.words
