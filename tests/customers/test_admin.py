from __future__ import annotations

import pytest

from app.accounts.services.links import LinkOver, find_link, issue_link
from app.backoffice.orders import page as order_page
from app.core.actor import system
from app.core.events import timeline
from app.customers import admin
from app.customers import services as customers
from app.orders.models import Order
from tests.back_office_app import back_office_app, hidden_values, page_text

CORRECTS = {"X-Test-Permissions": "customer.view customer.edit message.resend"}
LOOKS = {"X-Test-Permissions": "customer.view"}
EDITS = {"X-Test-Permissions": "customer.view customer.edit"}


@pytest.fixture(scope="module")
def own(application):
    return back_office_app(application, admin, order_page)


@pytest.fixture
def browser(own, session):
    return own.test_client()


@pytest.fixture
def contact(session):
    return customers.find_or_create_contact(
        "Robin Demo", "robin@example.com", company="Demo Weddings", actor=system()
    )


@pytest.mark.parametrize(
    "query", ["", "?sort=0&desc=1", "?search=robin@example.com", "?flt0_terms_equals=prepaid"]
)
def test_customers_are_listed_and_found_by_their_contacts(browser, contact, query) -> None:
    page = browser.get(f"/admin/customers/{query}", headers=LOOKS)
    assert page.status_code == 200
    assert f"Demo Weddings {contact.customer.reference} 0 – Payment before production" in page_text(
        page.text
    )


def test_nobody_is_found_by_an_address_that_is_not_theirs(browser, contact) -> None:
    page = browser.get("/admin/customers/?search=nobody@example.com", headers=LOOKS)
    assert "Demo Weddings" not in page.text


def test_a_customers_page_shows_contacts_and_orders(browser, contact) -> None:
    page = browser.get(f"/admin/customers/details/?id={contact.customer_id}", headers=LOOKS)
    said = page_text(page.text)
    for text in ("Contacts 1", "robin@example.com", "No orders yet"):
        assert text in said


def test_terms_are_changed_through_the_verb(browser, contact) -> None:
    address = f"/admin/customers/edit/?id={contact.customer_id}"
    form = hidden_values(browser.get(address, headers=EDITS).text)
    data = form | {"name": "Demo Weddings", "terms": "net_14"}
    assert browser.post(address, data=data, headers=EDITS).status_code == 302
    event = timeline(contact.customer_id)[0]
    assert (event.name, event.after["terms"]) == ("customer.changed", "net_14")
    again = browser.post(address, data=data, headers=EDITS)
    changes = [event.name for event in timeline(contact.customer_id)]
    assert (again.status_code, changes.count("customer.changed")) == (302, 1)
    old = data | {"idempotency_key": "another form"}
    assert browser.post(address, data=old, headers=EDITS).status_code == 409


def test_a_contacts_address_is_left_alone_by_those_who_may_not_revoke_links(
    browser, contact
) -> None:
    address = f"/admin/contacts/edit/?id={contact.id}"
    page = browser.get(address, headers=EDITS).text
    assert 'name="email"' not in page
    form = hidden_values(page)
    data = form | {"name": "Robin D", "phone": "+44 20 7946 0000", "email": "evil@example.com"}
    assert browser.post(address, data=data, headers=EDITS).status_code == 302
    found = customers.find_contact("robin@example.com")
    assert found is not None
    assert found.name == "Robin D"


def test_a_wrong_address_is_corrected_and_its_links_open_nothing_any_more(
    browser, contact, session
) -> None:
    order = Order(customer_id=contact.customer_id, contact_id=contact.id, currency="GBP")
    session.add(order)
    session.flush()
    key = issue_link(order.id, "Robin", actor=system())
    address = f"/admin/contacts/edit/?id={contact.id}"
    form = hidden_values(browser.get(address, headers=CORRECTS).text) | {
        "name": "Robin",
        "phone": "",
    }
    wrong = browser.post(address, data=form | {"email": "robin.example"}, headers=CORRECTS)
    assert "“robin.example” is not an e-mail address" in page_text(wrong.text)
    done = browser.post(address, data=form | {"email": "Robyn@example.com"}, headers=CORRECTS)
    assert done.status_code == 302
    assert contact.email == "robyn@example.com"
    event = timeline(contact.customer_id)[0]
    assert (event.name, event.before["email"]) == ("contact.changed", "robin@example.com")
    with pytest.raises(LinkOver, match="revoked"):
        find_link(key)
    revoked = timeline(order.id)[0]
    assert (revoked.name, revoked.actor_label) == ("link.revoked", "Wren")
    page = page_text(
        browser.get(f"/admin/contacts/details/?id={contact.id}", headers=CORRECTS).text
    )
    assert (
        "Messages go to robyn@example.com from now on. 1 link to the former address revoked."
        in page
    )


def test_an_address_that_is_somebody_elses_is_said_beside_the_field(browser, contact) -> None:
    customers.find_or_create_contact("Ada", "ada@example.com", actor=system())
    address = f"/admin/contacts/edit/?id={contact.id}"
    form = hidden_values(browser.get(address, headers=CORRECTS).text)
    data = form | {"name": "Robin", "phone": "", "email": "ada@example.com"}
    said = page_text(browser.post(address, data=data, headers=CORRECTS).text)
    assert "Already exists." in said
    assert customers.find_contact("robin@example.com") is not None


def test_a_phone_number_that_is_none_is_said_in_the_page(browser, contact) -> None:
    address = f"/admin/contacts/edit/?id={contact.id}"
    form = hidden_values(browser.get(address, headers=EDITS).text)
    answer = browser.post(address, data=form | {"name": "R", "phone": "call"}, headers=EDITS)
    assert "“call” is not a phone number" in page_text(answer.text)


def test_who_may_only_look_changes_nothing(browser, contact) -> None:
    for path in (f"customers/edit/?id={contact.customer_id}", f"contacts/edit/?id={contact.id}"):
        assert browser.get(f"/admin/{path}", headers=LOOKS).status_code == 403
    assert browser.get("/admin/customers/new/", headers=EDITS).status_code == 403
    nobody = {"X-Test-Permissions": "stock.view"}
    assert browser.get("/admin/customers/", headers=nobody).status_code == 403
