"""The declared messages: complete, rendered for every event and recipient, queued once each."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, replace
from functools import cache
from html.parser import HTMLParser
from typing import Any

import pytest
from jinja2 import UndefinedError

from app.accounts.services.resets import find_reset, set_password
from app.accounts.services.staff import find_staff, staff_actor
from app.catalog.models import Product
from app.catalog.properties import Artwork, Wording
from app.catalog.revisions import revision_of
from app.core.actor import system
from app.core.db import db
from app.core.events import Event
from app.core.outbound import adapters
from app.core.postal_address import PostalAddress
from app.fulfilment import services as fulfilment
from app.notify import messages, services
from app.notify.channels import Channel
from app.notify.context import Recipient
from app.notify.messages import message_types
from app.notify.models import Message
from app.notify.rendering import FOLDER, LINK_MARK, render
from app.orders.models import Order
from tests.notify.occasions import VALUES, all_occasions, an_order_with_everything, happens

pytestmark = pytest.mark.usefixtures("session")
OCCASIONS = all_occasions()


class Words(HTMLParser):
    """The words and links of an HTML mail."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words, self.links = "", []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.links += [value for name, value in attrs if name in {"href", "src"}]

    def handle_data(self, data):
        self.words += f"{data} "


@dataclass(frozen=True)
class Composed:
    """The parts of a message that outlive the transaction it was queued in."""

    state: str
    subject: str
    body_text: str
    body_html: str


def queued(name: str, event: Event) -> Message:
    (message,) = [one for one in services.queue_messages(event) if one.template == name]
    return message


@cache
def composed(name: str, event: str) -> Composed:
    """What is queued for an event: composed once, and looked at by several tests."""
    message = queued(name, happens(event))
    return Composed(message.state, message.subject, message.body_text, message.body_html)


@pytest.mark.parametrize(("name", "event"), OCCASIONS)
def test_each_message_has_a_subject_a_text_and_one_link(name: str, event: str) -> None:
    message = composed(name, event)
    assert message.state == "queued"
    assert 5 < len(message.subject) < 80
    assert message.body_text.count(LINK_MARK) == 1
    assert Words(message.body_html).links == [LINK_MARK]
    assert "None" not in message.subject + message.body_text + message.body_html
    assert "\n\n\n" not in message.body_text
    assert not re.search(r"[{}]|%}", message.body_text)


@pytest.mark.parametrize(("name", "event"), OCCASIONS)
def test_the_plain_text_says_what_the_html_says(name: str, event: str) -> None:
    message = composed(name, event)
    body = message.body_html[message.body_html.index("</h1>") :]
    html = re.findall(r"[\w,.'’×]+", Words(body).words)
    plain = re.findall(r"[\w,.'’×]+", message.body_text.replace(LINK_MARK, ""))
    missing = set(html) - set(plain)
    assert not missing


@pytest.mark.parametrize(("name", "event"), [one for one in OCCASIONS if one[1] in VALUES])
def test_what_the_event_says_is_in_the_message(name: str, event: str) -> None:
    message = composed(name, event)
    for value in VALUES[event].values():
        assert value in message.body_text


@pytest.mark.parametrize(("name", "event"), OCCASIONS)
def test_the_words_follow_the_house_rules(name: str, event: str) -> None:
    text = composed(name, event).body_text.lower()
    for never in ("!", "oops", "successfully", "please wait", "sorry for"):
        assert never not in text


@pytest.mark.parametrize(("name", "event"), OCCASIONS)
def test_what_a_customer_typed_is_never_markup(name: str, event: str) -> None:
    order = an_order_with_everything()
    order.contact.name = order.lines[0].product_name = "<img src=x>"
    happened = happens(event, order, **dict.fromkeys(VALUES.get(event, {}), "<script>alert(1)"))
    html = queued(name, happened).body_html
    assert "<img" not in html
    assert "<script" not in html


def test_a_bare_event_still_makes_a_whole_message() -> None:
    order = an_order_with_everything()
    order.promised_on = None
    (message,) = services.queue_messages(happens("shipment.shipped", order, carrier="",
                                                 tracking_number=""))  # fmt: skip
    assert "Tracking number" not in message.body_text + message.body_html
    assert "\n\n\n" not in message.body_text


def test_a_message_about_artwork_names_its_item_and_what_is_approved() -> None:
    order = an_order_with_everything()
    line = order.lines[0]
    artwork = Artwork(label="Drawing", approval="design")
    wording = Wording(approve_title="Your design is ready to approve")
    of_ring = line.specification.model_copy(update={"artwork": artwork, "wording": wording})
    line.product_revision_id = revision_of(db.session.get_one(Product, line.product_id), of_ring)
    line.product_name = "Signet ring"
    db.session.flush()
    db.session.refresh(line)
    for name, event in OCCASIONS:
        if name not in ("proof_ready", "proof_signed", "changes_noted"):
            continue
        message = queued(name, happens(event, order))
        assert "250 × Signet ring" in message.body_text
        assert "other item" not in message.body_text
        assert "design" in message.body_text
        assert "proof" not in message.subject + message.body_text + message.body_html
        if name == "proof_ready":
            assert message.subject.startswith("Your design is ready to approve")


def test_a_message_about_the_order_names_the_first_item_and_how_many_more() -> None:
    order = an_order_with_everything()
    (message,) = services.queue_messages(happens("order.placed", order))
    assert f"250 × {order.lines[0].product_name} and 1 other item" in message.body_text
    assert "Total: £12.00" in message.body_text


def test_who_has_not_said_where_the_order_goes_is_asked_when_it_is_placed() -> None:
    order = an_order_with_everything()
    asks = "Please enter the delivery address online, or choose pickup."
    (known,) = services.queue_messages(happens("order.placed", order))
    order.ship_to = PostalAddress()
    (unknown,) = services.queue_messages(happens("order.placed", order))
    assert (asks in known.body_text, asks in unknown.body_text) == (False, True)


@pytest.mark.parametrize("event", ["shipment.shipped", "shipment.delivered"])
def test_a_message_about_a_parcel_names_what_is_in_it(event: str) -> None:
    order = an_order_with_everything()
    first, second = order.lines
    ready = {first.id: 120, second.id: 0}
    parcel = fulfilment.create_shipment(
        order.id, {first.id: 120}, good_by_line=ready, actor=system()
    )
    (message,) = services.queue_messages(happens(event, order, shipment=parcel))
    assert f"Items: 120 × {first.product_name}\n" in message.body_text


def test_a_password_link_is_sent_to_the_person_and_opens_the_form() -> None:
    event = happens("staff.reset_requested")
    (message,) = services.queue_messages(event)
    assert (message.recipient, message.stream_id) == ("ines@example.com", None)
    assert message.subject == "Reset your password"
    assert message.link and find_reset(message.link.rsplit("/", 1)[1])
    assert re.search(r"expires in (59|60) minutes\.", message.body_text)


def test_a_new_member_of_staff_is_not_told_that_they_asked() -> None:
    (message,) = services.queue_messages(happens("staff.reset_requested", invited=True))
    assert message.subject == "Choose your password"
    assert "asked" not in message.body_text
    assert "expires in 7 days." in message.body_text


def test_nothing_is_sent_once_the_password_link_is_over() -> None:
    event = happens("staff.reset_requested")
    person = find_staff("ines@example.com")
    assert person is not None
    set_password(person, "another long password", staff_actor(person))
    assert services.queue_messages(event) == []


def test_a_new_link_is_sent_to_the_address_of_the_order_only() -> None:
    event = happens("link.requested")
    (message,) = services.queue_messages(event)
    order = db.session.get_one(Order, message.stream_id)
    assert message.recipient == order.contact.email
    elsewhere = an_order_with_everything()
    asked = happens("link.requested", elsewhere)
    elsewhere.contact.email = "somebody.else@example.com"
    assert services.queue_messages(asked) == []


class Sms(Channel):
    """A second channel, which takes the recipient's telephone number."""

    key = "sms"
    name = "SMS"
    address = "phone"

    @classmethod
    def refusal(cls, recipient: str) -> str | None:
        return None if recipient else "There is no telephone number for this contact."


@pytest.fixture
def declare(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Put a message with these parts in place of one of the same name."""
    monkeypatch.setitem(adapters.of_kind("channel"), "sms", Sms)

    def put(name: str, **parts: Any) -> None:
        monkeypatch.setitem(message_types(), name, replace(message_types()[name], **parts))

    return put


def test_a_second_channel_is_a_second_message_to_the_address_it_takes(declare: Any) -> None:
    declare("shipped", channels=("email", "sms"))
    order = an_order_with_everything()
    order.contact.phone = "+44 20 7946 0000"
    sent = services.queue_messages(happens("shipment.shipped", order))
    assert {one.channel: one.recipient for one in sent} == {
        "email": order.contact.email,
        "sms": "+44 20 7946 0000",
    }


def test_a_recipient_whom_a_channel_cannot_reach_is_kept_with_the_reason(declare: Any) -> None:
    declare("shipped", channels=("email", "sms"))
    sent = services.queue_messages(happens("shipment.shipped"))
    states = {one.channel: (one.state, one.suppressed_reason) for one in sent}
    assert states["email"] == ("queued", None)
    assert states["sms"] == ("suppressed", "There is no telephone number for this contact.")


def test_a_second_recipient_is_a_second_message(declare: Any) -> None:
    order = an_order_with_everything()
    other = an_order_with_everything().contact
    other.name = "Ada Example"

    def both(event: Event) -> list[Recipient]:
        return [
            Recipient(one.id, one.name, one.email, order=order) for one in (order.contact, other)
        ]

    declare("shipped", audience=both)
    event = happens("shipment.shipped", order)
    sent = services.queue_messages(event)
    assert {one.recipient for one in sent} == {order.contact.email, other.email}
    assert len({one.link for one in sent}) == 2
    assert {one.id for one in services.queue_messages(event)} == {one.id for one in sent}


def test_an_event_delivered_twice_is_one_message_with_one_link() -> None:
    event = happens("quote.sent")
    (first,), (again,) = services.queue_messages(event), services.queue_messages(event)
    assert again.id == first.id
    assert again.link == first.link


def test_an_address_that_was_corrected_meanwhile_brings_no_second_message() -> None:
    order = an_order_with_everything()
    event = happens("quote.sent", order)
    (first,) = services.queue_messages(event)
    order.contact.email = "corrected@example.com"
    assert [one.id for one in services.queue_messages(event)] == [first.id]


def test_what_a_former_version_queued_is_not_sent_again(declare: Any) -> None:
    """Its key named the event and the message alone; a channel added since changes nothing."""
    event = happens("quote.sent")
    (message,) = services.queue_messages(event)
    message.idempotency_key, message.recipient_id = f"{event.id}:quote_ready", None
    db.session.flush()
    declare("quote_ready", channels=("email", "sms"))
    assert [one.id for one in services.queue_messages(event)] == [message.id]


def test_a_template_that_uses_an_unknown_variable_is_refused(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.notify import rendering

    (tmp_path / "odd.html").write_text("Subject\n\n{{ unheard_of }}\n")
    monkeypatch.setattr(rendering, "FOLDER", tmp_path)
    rendering._environment.cache_clear()
    with pytest.raises(UndefinedError):
        render("odd", {})
    rendering._environment.cache_clear()


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("MESSAGE = None", "declares no MESSAGE"),
        ("", "declares no MESSAGE"),
        ("from app.notify.messages import MessageType\nMESSAGE = MessageType(('a.b',))", "no template"),
    ],
)  # fmt: skip
def test_a_broken_file_stops_the_start(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch, source: str, complaint: str
) -> None:
    monkeypatch.delitem(sys.modules, "app.notify.messages.broken_message", raising=False)
    (tmp_path / "broken_message.py").write_text(source)
    monkeypatch.setattr(messages, "__path__", [*messages.__path__, str(tmp_path)])
    message_types.cache_clear()
    try:
        with pytest.raises(LookupError, match=complaint):
            message_types()
    finally:
        message_types.cache_clear()


def test_each_template_belongs_to_a_message() -> None:
    names = {file.stem for file in FOLDER.glob("[a-z]*.html")}
    assert names == set(message_types())


def test_each_event_with_messages_has_the_reaction_once(app: Any) -> None:
    reactions = app.extensions["reactions"]
    having = {name for name, those in reactions.items()
              for one in those if one.name == "queue_messages"}  # fmt: skip
    assert having == {event for _, event in OCCASIONS}
    for those in reactions.values():
        assert len({one.name for one in those}) == len(those)
