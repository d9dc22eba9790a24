"""Whether an address is known is told to nobody; who types somebody else's gets nothing of theirs to see."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from app.accounts.services.links import ensure_link
from app.core.actor import system
from app.core.db import db
from app.orders import verbs
from app.orders.models import Order
from app.orders.services import Requester
from tests.portal.conftest import REQUEST, Page, Portal, counted, requested

PAGE = "/p/invitation-card-a6"
UNKNOWN = "grace@example.com"


@pytest.fixture
def known(shop: None) -> Order:
    """An order of somebody who is a customer."""
    order = requested()
    db.session.commit()
    return order


def newest() -> Order:
    return db.session.scalars(select(Order).order_by(Order.number.desc()).limit(1)).one()


def ask(portal: Portal, **changes: str) -> Page:
    return portal.send(portal.get(PAGE), "/request", REQUEST | changes)


def without_numbers(page: Page) -> str:
    """The page without what differs from one request to the next: number, CSRF token, nonce."""
    text = re.sub(r"MR-\d+", "MR-…", page.text)
    text = re.sub(r'nonce="[^"]+"', "nonce", text)
    return re.sub(r'("X-CSRFToken": )"[^"]+"', r"\1…", text)


def test_the_answer_for_a_known_and_an_unknown_address_is_the_same(
    portal: Portal, stranger: Portal, known: Order
) -> None:
    told = []
    for browser, email in ((portal, REQUEST["email"]), (stranger, UNKNOWN)):
        form = browser.get(PAGE).form("/request") or {}
        values = form | REQUEST | {"email": email, "name": "Mallory"}
        answer = browser.client.post(f"{PAGE}/request", data=values)
        place = re.sub(r"MR-\d+", "MR-…", answer.headers["Location"])
        cookies = [one.partition("=")[0] for one in answer.headers.getlist("Set-Cookie")]
        page = browser.get(answer.headers["Location"])
        held = sorted(key for (_domain, _path, key) in browser.client._cookies)
        told.append((answer.status, place, cookies, page.status, without_numbers(page), held))
    assert told[0] == told[1]
    assert newest().contact_id != known.contact_id  # the second one was unknown


def test_an_unknown_address_asks_as_much_of_the_database_as_a_known_one(
    portal: Portal, stranger: Portal, known: Order
) -> None:
    """So that the time of the answer doesn't say which it is."""
    asked = []
    for browser, email in ((portal, REQUEST["email"]), (stranger, UNKNOWN)):
        form = browser.get(PAGE).form("/request") or {}
        with counted() as statements:
            browser.post(f"{PAGE}/request", form | REQUEST | {"email": email})
        asked.append(len(statements))
    assert asked[0] > 20
    assert asked[1] - asked[0] <= 2  # the rows of customer and contact


@pytest.mark.parametrize("email", [REQUEST["email"], UNKNOWN])
def test_the_page_says_that_the_link_is_in_the_e_mail_and_what_was_sent(
    portal: Portal, known: Order, email: str
) -> None:
    page = ask(portal, email=email, name="Mallory")
    order = newest()
    assert page.path == f"/orders/{order.ref}"
    assert "We've sent a link to your e-mail address" in page.words
    assert order.lines[0].product_name in page.words
    assert known.contact.name not in page.words and email not in page.words
    assert not page.document.cssselect("main form")


@pytest.mark.parametrize("email", [REQUEST["email"], UNKNOWN])
def test_nothing_of_the_order_is_seen_or_done_before_the_link_was_opened(
    portal: Portal, known: Order, email: str
) -> None:
    ask(portal, email=email)
    order = newest()
    verbs.start_estimate(order.id, actor=system())
    verbs.send_quote(order.id, actor=system())
    place = f"/orders/{order.ref}"
    page = portal.get(place)
    assert "We've received your request" in page.words and "£" not in page.words
    token = portal.token()
    assert portal.get(f"{place}/live").status == 404
    for verb in ("accept_quote", "reject_quote", "cancel"):
        values = {"csrf_token": token, "typed_name": "Mallory Example", "version": "1"}
        assert portal.post(f"{place}/{verb}", values).status == 404
    assert db.session.get_one(Order, order.id).state == "quoted"


def test_the_link_of_the_e_mail_opens_the_order_in_the_browser_that_sent_the_request(
    portal: Portal, known: Order
) -> None:
    ask(portal)
    order = newest()
    link = ensure_link(order.id, order.contact.name, actor=system())
    portal.get(f"/t/{link.token}")
    page = portal.get(f"/orders/{order.ref}")
    assert "Check your e-mail" not in page.words and "Order history" in page.words


def test_a_second_click_of_it_leads_to_no_order_either(portal: Portal, known: Order) -> None:
    form = portal.get(PAGE)
    first = portal.send(form, "/request", REQUEST)
    again = portal.send(form, "/request", REQUEST)
    assert again.path == first.path and "Check your e-mail" in again.words
    assert db.session.scalar(select(db.func.count()).select_from(Order)) == 2


def test_another_browser_sees_nothing_of_it(portal: Portal, stranger: Portal, known: Order) -> None:
    page = ask(portal)
    assert stranger.get(page.path).status == 404


def test_a_browser_that_holds_a_link_of_that_person_is_let_in(portal: Portal, known: Order) -> None:
    portal.open(known)
    page = ask(portal)
    assert page.path == f"/orders/{newest().ref}"
    assert "Order history" in page.words


def test_a_link_of_somebody_else_is_none(portal: Portal, stranger: Portal, known: Order) -> None:
    other = requested(requester=Requester(name="Mallory", email="mallory@example.com"))
    db.session.commit()
    stranger.open(other)
    page = ask(stranger)
    assert page.path == f"/orders/{newest().ref}"
    assert "Check your e-mail" in page.words and "Order history" not in page.words
