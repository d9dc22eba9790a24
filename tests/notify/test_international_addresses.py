"""Letters to addresses that are not ASCII: their domain by its ASCII form, their first part by SMTPUTF8."""

from __future__ import annotations

import pytest

from app.core import settings
from app.core.actor import system
from app.core.db import db
from app.notify import services
from tests.notify.conftest import fresh, send_all
from tests.notify.test_sending import QUOTE, Known, letters


def queue(recipient: str) -> Known:
    made = services.compose("quote_ready", QUOTE, recipient, key=recipient, actor=system())
    db.session.commit()
    return Known(made.id)


@pytest.mark.parametrize("address", ["kunde@bücher.example", "kunde@xn--bcher-kva.example"])
def test_a_letter_to_a_domain_of_any_script_arrives(shop, mail, address):
    message = queue(address)
    assert send_all(shop) == ["done"]
    assert fresh(message).state == "sent"
    (arrived,) = mail.arrived
    assert arrived.rcpt_tos == ["kunde@xn--bcher-kva.example"]
    assert letters(mail)[0]["To"] == "kunde@xn--bcher-kva.example"


def test_a_letter_to_letters_before_the_at_sign_goes_by_smtputf8(shop, mail):
    message = queue("jörg@bücher.example")
    send_all(shop)
    assert fresh(message).state == "sent"
    (arrived,) = mail.arrived
    assert arrived.rcpt_tos == ["jörg@xn--bcher-kva.example"]
    assert "SMTPUTF8" in arrived.mail_options
    assert arrived.content.startswith("To: jörg@xn--bcher-kva.example\r\n".encode())


def test_a_server_without_smtputf8_gets_nothing_and_staff_read_why(shop, mail):
    mail.extensions = False
    message = queue("jörg@bücher.example")
    send_all(shop)
    found = fresh(message)
    assert (found.state, mail.arrived) == ("failed", [])
    assert "Ask the customer for another address" in found.error


def test_a_plain_letter_after_an_international_one_is_a_plain_one(shop, mail):
    queue("jörg@bücher.example"), queue("ada@example.com")
    send_all(shop)
    assert [one.smtp_utf8 for one in mail.arrived] == [True, False]


def test_a_shop_with_an_international_domain_sends_under_its_ascii_form(shop, mail):
    sender = "Druckerei <post@bücher.example>"
    settings.use(settings.current().model_copy(update={"mail_from": sender}))
    message = queue("ada@example.com")
    send_all(shop)
    assert fresh(message).state == "sent"
    assert mail.arrived[0].mail_from == "post@xn--bcher-kva.example"
    letter = letters(mail)[0]
    assert letter["From"] == "Druckerei <post@xn--bcher-kva.example>"
    assert letter["Message-ID"].endswith("@xn--bcher-kva.example>")
