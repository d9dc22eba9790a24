"""What the shop makes, and what it costs while it is being chosen."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from app.catalog import verbs as catalog
from app.catalog.models import Product
from app.core.actor import system
from app.core.db import db
from app.files.models import Upload
from tests.files.sample_files import an_stl
from tests.files.uploading import check
from tests.portal.conftest import REQUEST, Page, Portal, counted
from tests.portal.test_uploads import sent
from tests.preset_shop import priced_in_pounds


def price(portal: Portal, **changes: str) -> Page:
    page = portal.get("/p/invitation-card-a6")
    token = (page.form("/request") or {})["csrf_token"]
    values = REQUEST | {name.replace("__", "."): value for name, value in changes.items()}
    return portal.post("/p/invitation-card-a6/price", values | {"csrf_token": token})


def test_every_product_on_offer_has_a_picture_a_price_and_its_page(portal: Portal) -> None:
    page = portal.get("/")
    names = page.said(".shelf-card h2")
    assert "Personalised invitation card A6" in names
    assert len(page.document.cssselect(".shelf-card svg.drawing")) == len(names) == 6
    assert "from £1.15 each, with VAT 20 %" in page.words
    for link in page.document.cssselect(".shelf-card a"):
        assert portal.get(link.get("href")).status == 200


def test_the_shelf_asks_as_often_for_many_products_as_for_few(portal: Portal) -> None:
    with counted() as few:
        portal.get("/")
    catalog.load_preset(None, "threed", actor=system("cli"))
    with counted() as many:
        portal.get("/")
    assert len(many) == len(few)


def test_a_shop_without_products_says_so(portal: Portal, session: Any) -> None:
    session.execute(delete(Product))
    assert "No products yet" in portal.get("/").words


@pytest.mark.parametrize("state", ["draft", "archived"])
def test_what_is_not_offered_is_not_there(portal: Portal, session: Any, state: str) -> None:
    assert portal.get("/p/no-such-thing").status == 404
    assert "Poster A2" in portal.get("/").words
    session.execute(update(Product).where(Product.slug == "poster-a2").values(state=state))
    assert portal.get("/p/poster-a2").status == 404
    assert "Poster A2" not in portal.get("/").words


def test_the_price_follows_what_is_chosen_with_its_reasons(portal: Portal) -> None:
    plain, foiled = price(portal), price(portal, options__foil="copper")
    assert "£514.80 with VAT 20 %, £2.06 for each of 250" in plain.words
    assert "£673.80" in foiled.words and "Copper foil" in foiled.words
    assert foiled.said("#paybar-price") == ["£673.80"]
    assert foiled.said("#each-500") == ["£2.23 each"]


def test_a_quantity_of_ones_own_is_priced_as_well(portal: Portal) -> None:
    found = price(portal, quantity="other", quantity_other="260")
    assert "for each of 260" in found.words


def test_a_quantity_that_can_not_be_made_has_no_price_but_a_sentence(portal: Portal) -> None:
    found = price(portal, quantity="other", quantity_other="26")
    assert (found.status, found.said("#paybar-price")) == (200, ["No price yet"])
    assert "25 to 5,000 in steps of 5" in found.words


def test_a_name_as_long_as_may_be_and_hostile_stays_text(portal: Portal, session: Any) -> None:
    name = ("<script>alert(1)</script>" + "W" * 120)[:120]
    session.execute(update(Product).where(Product.slug == "poster-a2").values(name=name))
    for path in ("/", "/p/poster-a2"):
        page = portal.get(path)
        assert name in page.said("h1, h2")
        assert "<script>alert" not in page.text


def test_a_colour_that_one_may_leave_out_can_be_left_out(portal: Portal, session: Any) -> None:
    card = session.scalars(select(Product).where(Product.slug == "invitation-card-a6")).one()
    inks = [
        {"key": "ink", "label": "Ink", "kind": "colour", "required": True},
        {"key": "ribbon", "label": "Ribbon", "kind": "colour"},
    ]
    card.properties = card.properties | {"personalisation": inks}
    session.flush()
    page = portal.get("/p/invitation-card-a6")
    fields = page.document.cssselect("[name^='personalisation.']")
    types = {field.get("name"): field.get("type") for field in fields}
    assert types == {"personalisation.ink": "color", "personalisation.ribbon": "text"}


def test_the_upload_box_speaks_of_five_gigabytes(portal: Portal) -> None:
    assert "up to 5 GB" in portal.get("/p/invitation-card-a6").words


def test_a_model_that_was_checked_sets_its_price(portal: Portal) -> None:
    with priced_in_pounds():
        catalog.load_preset(None, "threed", actor=system("cli"))
    upload_id = sent(portal, an_stl(20), "cube.stl")["id"]
    values = {
        "options.material": "pla",
        "options.colour": "natural",
        "quantity": "5",
        "upload_id": upload_id,
        "csrf_token": portal.token(),
    }
    before = portal.post("/p/printed-part/price", values)
    assert before.said("#paybar-price") == ["Priced for you"]
    check(db.session.get_one(Upload, uuid.UUID(upload_id)))
    after = portal.post("/p/printed-part/price", values)
    assert after.said("#paybar-price")[0].startswith("£")
    other = Portal(portal.client.application.test_client())
    theirs = other.post("/p/printed-part/price", values | {"csrf_token": other.token()})
    assert theirs.said("#paybar-price") == ["Priced for you"]
