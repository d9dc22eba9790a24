"""Who an order is taken for: people we know are offered, one is picked, or somebody new is typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.actor import system
from app.core.db import db
from app.customers.models import Contact
from app.orders.models import Order
from app.orders.verbs import set_delivery
from tests.back_office_app import back_office_app
from tests.backoffice.conftest import Page, Person
from tests.backoffice.new_order_form import (
    ADDRESS,
    CARD_PAGE,
    ORDER,
    PAGE,
    ask,
    count,
    faults,
    known,
    seller,
    take,
    typed,
)

__all__ = ["seller"]


@pytest.mark.parametrize(
    ("field", "text"),
    [("name", "grac"), ("email", "GRACE@"), ("company", "wedd"), ("company", "grace wedd")],
)
def test_people_we_know_are_offered_by_name_company_and_e_mail(
    seller: Person, field: str, text: str
) -> None:
    contact = known("Grace <b>Example", "grace@example.com", company="Example Weddings")
    known("Bo Else", "bo@example.org")
    page = ask(seller, "people/offered", field, **{field: text})
    (row,) = page.all("[role=option]")
    assert " ".join(row.text_content().split()) == (
        "Grace <b>Example, Example Weddingsgrace@example.com"
    )
    assert str(contact.id) in row.get("hx-vals")


def test_few_are_offered_at_a_time_and_none_for_a_letter_or_a_wildcard(
    seller: Person, queries: Callable[[Callable[[], Any]], int]
) -> None:
    for number in range(3):
        known(f"Ada {number}", f"ada{number}@example.com")
    token = seller.token(CARD_PAGE)
    headers = {"X-CSRFToken": token, "HX-Trigger-Name": "name"}
    pages: list[Page] = []

    def type_ada() -> None:
        answer = seller.client.post(
            f"{PAGE}people/offered", data={"name": "ada"}, headers=headers,
            environ_base=seller.environ,
        )  # fmt: skip
        pages.append(Page(answer))

    few = queries(type_ada)
    for number in range(3, 9):
        known(f"Ada {number}", f"ada{number}@example.com")
    assert queries(type_ada) == few
    assert [len(page.all("[role=option]")) for page in pages] == [3, 6]
    assert "More contacts match" in pages[1].words
    for text in ("a", "%%", "__", "", "\x00"):
        assert not ask(seller, "people/offered", "name", name=text).all("[role=option]")


def test_picking_somebody_fills_in_who_they_are_and_where_the_last_one_went(seller: Person) -> None:
    contact = known(phone="+44 20 7946 0000", company="Example Weddings")
    page = ask(seller, "people/picked", picked=str(contact.id))
    values = {one.get("name"): one.get("value") for one in page.all("input")}
    assert values["contact_id"] == values["filled_from"] == str(contact.id)
    assert (values["name"], values["email"]) == ("Ada Example", "ada@example.com")
    assert (values["company"], values["phone"]) == ("Example Weddings", "+44 20 7946 0000")
    assert (values["ship.line_1"], values["ship.city"]) == ("4 Example Lane", "Sampleton")
    assert chosen(page) == "carrier"
    assert "1 order, the last" in page.words and "Check that it's still correct" in page.words
    # somebody else after all: what came by itself goes again
    nobody = ask(seller, "people/picked", picked="", **values, ship__country="GB")
    left = {one.get("name"): one.get("value") for one in nobody.all("input:not([type=radio])")}
    assert not any(left.values())


def chosen(page: Page) -> str:
    """Which way of delivery is picked."""
    (found,) = page.all("input[name=delivery][checked]")
    return str(found.get("value"))


def test_somebody_who_collected_their_last_order_collects_this_one(seller: Person) -> None:
    contact = known()
    (order,) = db.session.scalars(select(Order))
    set_delivery(order.id, "pickup", actor=system())
    page = ask(seller, "people/picked", picked=str(contact.id))
    assert (chosen(page), page.all("#f-line-1")[0].get("value")) == ("pickup", "")
    kept = ask(seller, "people/picked", picked=str(contact.id), delivery="later")
    assert chosen(kept) == "later"


def test_an_address_that_was_typed_stays_when_somebody_is_picked(seller: Person) -> None:
    contact = known()
    page = ask(seller, "people/picked", picked=str(contact.id), **ADDRESS, ship__line_1="9 New St")
    values = {one.get("name"): one.get("value") for one in page.all("input")}
    assert (values["ship.line_1"], values["filled_from"]) == ("9 New St", "")


def test_an_order_for_somebody_who_was_picked_is_theirs(seller: Person) -> None:
    contact = known(company="Example Weddings")
    page = take(seller, contact_id=str(contact.id), name="Changed", email="changed@example.com")
    assert page.status == 303
    newest = db.session.scalars(select(Order).order_by(Order.number.desc())).first()
    assert newest is not None and newest.contact_id == contact.id
    assert (count(Contact), contact.name) == (1, "Ada Example")


def test_who_was_picked_is_still_there_after_a_fault(seller: Person) -> None:
    contact = known()
    page = take(seller, contact_id=str(contact.id), quantity="26")
    assert (page.status, set(faults(page))) == (422, {"quantity_other"})
    assert typed(page)["contact_id"] == str(contact.id)
    assert "Another contact" in page.words


def test_an_address_of_somebody_else_is_said_and_they_can_be_taken(seller: Person) -> None:
    contact = known(company="Example Weddings")
    page = take(seller, name="Mallory Example", email="ADA@example.com")
    assert (page.status, count(Order)) == (422, 1)
    assert "address of Ada Example, Example Weddings" in faults(page)["email"]
    (button,) = page.all(".take-known")
    assert str(contact.id) in button.get("hx-vals")
    assert take(seller, company="Another Company").status == 422
    assert take(seller, name="ada  example", email="ADA@example.com").status == 303


def test_who_may_not_see_customers_is_offered_none(application: Flask, catalogue: None) -> None:
    from app.backoffice.orders import new_order
    from app.catalog import labels
    from app.orders import delivery
    from app.orders.details import RequestDetails

    contact = known()
    own = back_office_app(application, new_order)
    labels.init(own)
    delivery.init(own)
    own.jinja_env.globals["RequestDetails"] = RequestDetails
    client = own.test_client()
    headers = {"X-Test-Permissions": "order.create"}
    page = Page(client.get(CARD_PAGE, headers=headers))
    assert page.status == 200 and not page.all("[data-offers]")
    sent = typed(page) | ORDER | {"picked": str(contact.id), "contact_id": str(contact.id)}
    for path in ("people/offered", "people/picked"):
        assert client.post(PAGE + path, data=sent, headers=headers).status_code == 403
    faulty = client.post(CARD_PAGE, data=sent | {"name": "Mallory", "quantity": "26"},
                         headers=headers)  # fmt: skip
    assert (faulty.status_code, "Ada Example" in faulty.text) == (422, False)
