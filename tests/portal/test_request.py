"""Asking for a quote: one form, one order, and a sentence beside whatever is wrong."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from sqlalchemy import func, select

from app.core.db import db
from app.files.models import Upload
from app.orders.models import Order
from tests.files.sample_files import a_pdf
from tests.files.uploading import begin, check, finish, put_parts, send
from tests.portal.conftest import REQUEST, Page, Portal, events, who

FORM = "/p/invitation-card-a6/request"
PRODUCT = "/p/invitation-card-a6"


def ask(portal: Portal, **changes: str) -> Page:
    values = REQUEST | {name.replace("__", "."): value for name, value in changes.items()}
    return portal.send(portal.get(PRODUCT), FORM, values)


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Order)) or 0


def owner_of(portal: Portal) -> str:
    """Start this browser's uploads and return the key they stand under."""
    body = {"file_name": "a.pdf", "size_bytes": 10}
    upload_id = portal.json("POST", "/uploads", body).get_json()["id"]
    return db.session.get_one(Upload, uuid.UUID(upload_id)).owner_key


def test_a_request_becomes_an_order_that_this_browser_may_see(portal: Portal) -> None:
    page = ask(
        portal,
        note="Both sides.",
        delivery="carrier",
        ship__line_1="1 Example Street",
        ship__city="Sampleton",
    )
    order = db.session.scalars(select(Order)).one()
    assert (page.status, page.path) == (200, f"/orders/{order.ref}")
    assert "We've received your request" in page.said(".nowcard .badge")
    assert (order.contact.email, order.note) == ("ada@example.com", "Both sides.")
    assert order.ship_to.city == "Sampleton"
    (event,) = events("order.requested")
    assert who(event) == ("customer", "portal")
    assert event.after["state"] == "requested"


def test_a_second_click_on_the_same_form_opens_the_same_order(portal: Portal) -> None:
    page = portal.get(PRODUCT)
    first, second = portal.send(page, FORM, REQUEST), portal.send(page, FORM, REQUEST)
    assert first.path == second.path
    assert (count(), len(events("order.requested"))) == (1, 1)


def test_the_same_form_from_another_browser_is_another_order(
    portal: Portal, stranger: Portal
) -> None:
    key = (portal.get(PRODUCT).form(FORM) or {})["idempotency_key"]
    mine, other = ask(portal, idempotency_key=key), ask(stranger, idempotency_key=key)
    assert mine.path != other.path
    assert stranger.get(mine.path).status == 404


def test_everything_that_is_wrong_is_said_at_once_beside_its_field(portal: Portal) -> None:
    page = ask(
        portal,
        quantity="other",
        quantity_other="26",
        personalisation__names="",
        email="ada at example",
        name="",
        phone="not a number",
        delivery="carrier",
        ship__city="Sampleton",
    )
    assert (page.status, page.path, count()) == (422, FORM, 0)
    assert "6 fields need your attention. Nothing was sent" in page.words
    assert "26 can't be ordered." in page.fault("quantity_other")
    assert "is empty" in page.fault("personalisation.names")
    for field in ("email", "name", "phone", "ship.line_1"):
        assert page.fault(field)
    kept = page.form(FORM) or {}
    assert (kept["email"], kept["ship.city"]) == ("ada at example", "Sampleton")
    assert (kept["quantity"], kept["quantity_other"]) == ("other", "26")
    assert kept["personalisation.date"] == "2027-06-19"


def test_a_request_without_an_address_or_a_pickup_is_asked_about(portal: Portal) -> None:
    page = ask(portal, delivery="")
    assert (page.status, count()) == (422, 0)
    assert page.said("#f-delivery-fault") == ["Choose delivery to an address, or pickup."]
    page = ask(portal, delivery="carrier")
    assert (page.status, count()) == (422, 0)
    assert page.fault("ship.line_1") and page.fault("ship.city")
    assert (page.form(FORM) or {})["delivery"] == "carrier"


def test_a_request_that_will_be_collected_says_so(portal: Portal) -> None:
    page = ask(portal, delivery="pickup")
    order = db.session.scalars(select(Order)).one()
    assert (page.status, order.delivery, bool(order.ship_to)) == (200, "pickup", False)
    assert "You'll collect it at our shop." in portal.open(order).words


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("options.paper", "gold leaf", "is not offered as paper"),
        ("personalisation.names", "W" * 61, "61 characters; 60 fit"),
        ("personalisation.names", "Ada \u202eecarG", "can't be printed"),
        ("personalisation.date", "soon", "must be a date"),
        ("wanted_on", "2001-01-01", "has passed"),
        ("wanted_on", "soon", "year, month, day"),
        ("note", "x" * 4001, "to 4,000 characters"),
        ("name", "N" * 300, ""),
        ("email", "a" * 300 + "@example.com", ""),
        ("ship.country", "Elsewhere", "two letters"),
    ],
)
def test_a_value_that_can_not_be_taken_is_told_beside_it(
    portal: Portal, field: str, value: str, words: str
) -> None:
    given = {
        "delivery": "carrier",
        "ship.line_1": "1 Example Street",
        "ship.city": "Sampleton",
        field: value,
    }
    page = portal.send(portal.get(PRODUCT), FORM, REQUEST | given)
    assert (page.status, count()) == (422, 0)
    assert words in page.fault(field)
    assert (page.form(FORM) or {})["email"] == ("ada@example.com" if field != "email" else value)


def test_hostile_words_are_kept_and_shown_as_text(portal: Portal) -> None:
    name = "<script>alert(1)</script> \u05e9\u05dc\u05d5\u05dd"
    page = ask(portal, name=name, personalisation__names="<b>R</b> & S")
    assert page.status == 200
    assert "<script>alert" not in page.text and "<b>R</b>" not in page.text
    assert "<b>R</b> & S" in page.words.replace("&amp;", "&") or "R" in page.words
    assert db.session.scalars(select(Order)).one().contact.name == name


def test_without_its_token_the_form_is_not_taken(portal: Portal) -> None:
    assert portal.post(FORM, REQUEST).status == 400
    assert count() == 0


def test_without_its_key_the_form_is_not_taken(portal: Portal) -> None:
    page = ask(portal, idempotency_key="")
    assert (page.status, count()) == (422, 0)
    assert "Reload the page" in page.words


def test_a_file_that_was_sent_before_comes_with_the_order(portal: Portal) -> None:
    upload = send(a_pdf(), owner_key=owner_of(portal))
    check(upload)
    page = ask(portal, upload_id=str(upload.id))
    assert "Version 1, card.pdf" in page.words
    assert db.session.scalars(select(Order)).one().id == upload.stream_id


def test_somebody_elses_file_is_not_taken_and_nothing_is_half_done(
    portal: Portal, stranger: Portal
) -> None:
    upload = send(a_pdf(), owner_key=owner_of(stranger))
    page = ask(portal, upload_id=str(upload.id))
    assert (page.status, count(), upload.stream_id) == (422, 0, None)
    assert "There is no such upload" in " ".join(page.said("#artwork-fault"))


def test_a_refused_file_is_named_at_its_box_and_the_words_stay(portal: Portal) -> None:
    owner_key = owner_of(portal)
    upload = send(a_pdf()[: len(a_pdf()) // 2], owner_key=owner_key)
    check(upload)
    page = ask(portal, upload_id=str(upload.id))
    assert (page.status, count()) == (422, 0)
    assert "ends too early" in " ".join(page.said("#artwork-fault"))
    assert (page.form(FORM) or {})["personalisation.names"] == "Robin & Sasha"


def test_an_upload_that_is_not_finished_does_not_reach_the_order_twice(portal: Portal) -> None:
    owner_key = owner_of(portal)
    body = a_pdf()
    ticket = begin(body, owner_key=owner_key)
    put_parts(ticket, body)
    upload = finish(ticket, owner_key=owner_key)
    first = ask(portal, upload_id=str(upload.id))
    second = ask(portal, upload_id=str(upload.id))
    other = ask(portal, upload_id=str(upload.id), note="Another one.")
    assert (first.status, second.status, other.status, count()) == (200, 409, 422, 1)
    assert "Your file stays with order" in second.words
    assert "belongs to another order" in other.words


def test_a_product_that_went_away_meanwhile_is_not_ordered(portal: Portal, session: Any) -> None:
    from sqlalchemy import update

    from app.catalog.models import Product

    page = portal.get(PRODUCT)
    session.execute(update(Product).values(state="archived"))
    assert portal.send(page, FORM, REQUEST).status == 404


def test_the_same_form_sent_many_times_without_a_cookie_is_one_order(portal: Portal) -> None:
    """The session holds nothing but the form's own token, as in a browser at its first visit."""
    page = portal.get(PRODUCT)
    for _ in range(5):
        with portal.client.session_transaction() as kept:
            kept.pop("visitor", None)
        portal.send(page, FORM, REQUEST)
    assert (count(), len(events("order.requested"))) == (1, 1)


def test_who_opens_a_product_is_known_before_the_form_is_sent(portal: Portal) -> None:
    portal.get(PRODUCT)
    with portal.client.session_transaction() as kept:
        assert kept["visitor"]
