"""What a customer is for tax: set by its verb, told on their page, sealed in events."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.core.actor import system
from app.core.errors import AlreadyDone, BadInput, NotAllowed
from app.core.events import timeline
from app.customers import admin
from app.customers import services as customers
from app.customers.models import Contact, Customer
from app.customers.verbs import set_tax_status
from tests.back_office_app import back_office_app, hidden_values, page_text
from tests.order_rows import staff_actor

FINANCE = staff_actor("finance")
NUMBER = "DE136695976"


@pytest.fixture
def contact(session: Any) -> Contact:
    return customers.find_or_create_contact("Robin Demo", "robin@example.com", actor=system())


def test_a_business_is_kept_with_its_number_in_one_form(contact: Contact) -> None:
    customer = contact.customer
    set_tax_status(customer.id, "business", "de 136 695 976", actor=FINANCE)
    assert (customer.tax_status.kind, customer.tax_status.vat_country) == ("business", "DE")
    assert customer.vat_number == NUMBER
    event = timeline(customer.id)[0]
    assert event.name == "customer.tax_changed"
    assert event.after == {"tax_kind": "business", "vat_number": NUMBER}
    with pytest.raises(AlreadyDone):
        set_tax_status(customer.id, "business", NUMBER, actor=FINANCE)


def test_a_number_of_a_sole_trader_is_sealed_in_the_event(contact: Contact) -> None:
    from app.core.events.personal import EventPersonal

    set_tax_status(contact.customer_id, "business", NUMBER, actor=FINANCE)
    event = timeline(contact.customer_id)[0]
    kept = customers.db.session.get_one(EventPersonal, (event.id, "after.vat_number"))
    assert kept.value == NUMBER


def test_an_exemption_has_its_reason_and_ends_with_its_certificate(contact: Contact) -> None:
    until = date(2027, 3, 31)
    set_tax_status(contact.customer_id, "exempt", "", "Charity", "C-7", until, actor=FINANCE)
    status = contact.customer.tax_status
    assert (status.reason, status.certificate, status.valid_until) == ("Charity", "C-7", until)
    assert status.is_exempt(until) and not status.is_exempt(date(2027, 4, 1))
    set_tax_status(contact.customer_id, "private", actor=FINANCE)
    assert contact.customer.tax_status == type(status)()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (("business", ""), "vat_number"),
        (("business", "DE136695977"), "vat_number"),
        (("exempt", "", " "), "exempt_reason"),
        (("pirate",), "tax_kind"),
    ],
)
def test_what_is_missing_or_wrong_is_told_at_its_field(
    contact: Contact, given: tuple[str, ...], field: str
) -> None:
    with pytest.raises(BadInput) as caught:
        set_tax_status(contact.customer_id, *given, actor=FINANCE)
    assert caught.value.field == field


def test_an_operator_may_not_set_it(contact: Contact) -> None:
    with pytest.raises(NotAllowed):
        set_tax_status(contact.customer_id, "private", actor=staff_actor("operator"))


def test_a_new_company_brings_its_number_and_a_known_contact_keeps_theirs(contact: Contact) -> None:
    named = {"company": "Neu GmbH", "vat_number": "DE 136695976", "actor": system()}
    new = customers.find_or_create_contact("Neu", "neu@example.com", **named)
    assert (new.customer.tax_kind, new.customer.vat_number) == ("business", NUMBER)
    again = customers.find_or_create_contact("Robin", "robin@example.com", **named)
    assert (again.id, again.customer.vat_number) == (contact.id, "")


def test_the_page_of_a_customer_sets_and_tells_it(application: Any, contact: Contact) -> None:
    browser = back_office_app(application, admin).test_client()
    may = {"X-Test-Permissions": "customer.view customer.edit"}
    address = f"/admin/customers/details/?id={contact.customer_id}"
    shown = browser.get(address, headers=may)
    form = hidden_values(shown.text) | {"tax_kind": "business", "vat_number": NUMBER}
    act = f"/admin/customers/{contact.customer_id}/set_tax_status"
    assert browser.post(act, data=form, headers=may).status_code == 303
    told = page_text(browser.get(address, headers=may).text)
    assert "Business with a VAT number" in told and NUMBER in told
    assert customers.db.session.get_one(Customer, contact.customer_id).tax_kind == "business"
