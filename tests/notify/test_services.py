from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.core.actor import system
from app.core.db import db
from app.core.errors import AlreadyDone, BadInput, NotAllowed, WrongState
from app.notify import services, verbs
from app.notify.links import ACCOUNT, Link
from app.notify.models import Message
from app.notify.rendering import LINK_MARK
from tests.core.thing import at_once
from tests.notify.conftest import a_link, an_order, happened, staff, told
from tests.notify.occasions import an_order_with_everything, happens

STAFF = staff("message.resend")
TO_ACCOUNT = Link(ACCOUNT)


def compose(key="k1", recipient="ada@example.com", link=TO_ACCOUNT, **options) -> Message:
    context = {"contact_name": "Ada", "items": "3 × Card", "tracking_number": "", "link": link}
    return services.compose("delivered", context, recipient, key=key, actor=system(), **options)


def queue(name="quote.sent", order=None) -> Message:
    (message,) = services.queue_messages(happens(name, order))
    return message


def stand_at(message: Message, state: str) -> None:
    """Put a row where a long way would have brought it."""
    sent = ", sent_at = now()" if state in {"sent", "delivered", "opened", "bounced"} else ""
    change = f"UPDATE messages SET state = :state{sent} WHERE id = :id"
    db.session.execute(sa.text(change), {"state": state, "id": message.id})
    if state in ("failed", "unknown"):
        change = "UPDATE outbound_intents SET state = :state WHERE subject_id = :id"
        db.session.execute(sa.text(change), {"state": state, "id": message.id})
    db.session.expire_all()


def test_a_composed_message_waits_in_the_queue_with_both_bodies(session):
    order = an_order()
    message = compose(stream_id=order.id)
    assert (message.state, message.recipient) == ("queued", "ada@example.com")
    assert message.subject == "Your order has been delivered"
    assert "Hello Ada," in message.body_text and "Hello Ada," in message.body_html
    assert told(message) == ["message.queued"]


def test_the_link_is_kept_apart_from_the_bodies(session):
    link = a_link()
    message = compose(link=link)
    assert (message.link_kind, message.link_id) == (link.kind, link.row_id)
    assert message.link not in message.body_text + message.body_html
    assert LINK_MARK in message.body_text and LINK_MARK in message.body_html


def test_the_same_key_gives_the_same_message_and_one_event(session):
    first = compose()
    again = compose(recipient="someone.else@example.com")
    assert again.id == first.id
    assert again.recipient == "ada@example.com"
    assert told(first) == ["message.queued"]


def test_four_at_once_with_one_key_make_one_message(committed):
    def write(number: int):
        made = compose().id
        db.session.commit()
        return made

    results = at_once(committed.app, 4, write)
    assert len(set(results)) == 1
    with committed.app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Message)) == 1
        assert told(db.session.scalars(sa.select(Message)).one()) == ["message.queued"]


@pytest.mark.parametrize(
    ("recipient", "reason"),
    [
        ("", "There is no e-mail address for this contact."),
        ("ada at example", "“ada at example” is not an e-mail address."),
        ("ada@example.com\r\nBcc: all@example.com", "is not an e-mail address."),
    ],
)
def test_why_it_was_not_sent_is_kept_with_the_message(session, recipient, reason):
    message = compose(recipient=recipient)
    assert message.state == "suppressed"
    assert reason in message.suppressed_reason
    assert told(message) == ["message.suppressed"]


def test_an_event_that_calls_for_no_message_queues_none(session):
    assert services.queue_messages(happened("job.started", an_order())) == []


def test_a_message_without_an_address_says_why_it_was_not_sent(session):
    order = an_order_with_everything()
    order.contact.email = ""
    message = queue(order=order)
    assert message.state == "suppressed"
    assert "no e-mail address" in message.suppressed_reason


@pytest.mark.parametrize("state", ["failed", "unknown", "bounced"])
def test_staff_send_again_as_a_new_message_with_a_new_link(session, state):
    old = queue()
    link = old.link
    stand_at(old, state)
    new = verbs.resend(old.id, actor=STAFF)
    assert (new.resend_of_id, new.state, new.recipient) == (old.id, "queued", old.recipient)
    assert new.link == link
    assert told(old)[-1] == "message.resent"
    assert told(new) == ["message.queued"]


def test_a_message_without_a_link_is_sent_again_as_it_was(session):
    old = compose(link=None)
    stand_at(old, "failed")
    new = verbs.resend(old.id, actor=STAFF)
    assert (new.body_text, new.subject) == (old.body_text, old.subject)


def test_a_lost_link_that_cannot_be_made_again_is_said_so(session):
    old = compose()
    stand_at(old, "failed")
    with pytest.raises(BadInput, match="can't be created again"):
        verbs.resend(old.id, actor=STAFF)


@pytest.mark.parametrize("state", ["queued", "sending", "sent", "delivered", "opened"])
def test_what_went_well_or_is_under_way_is_not_sent_again(session, state):
    old = queue()
    stand_at(old, state)
    with pytest.raises(WrongState, match="isn't possible now"):
        verbs.resend(old.id, actor=STAFF)


def test_a_person_without_the_right_sends_nothing_again(session):
    old = queue()
    stand_at(old, "failed")
    with pytest.raises(NotAllowed):
        verbs.resend(old.id, actor=staff("message.view"))


def test_a_second_click_on_send_again_sends_nothing_more(session):
    old = queue()
    stand_at(old, "failed")
    verbs.resend(old.id, actor=STAFF)
    with pytest.raises(AlreadyDone):
        verbs.resend(old.id, actor=STAFF)
    again = sa.select(sa.func.count()).where(Message.resend_of_id == old.id)
    assert session.scalar(again) == 1
    assert told(old).count("message.resent") == 1


def test_staff_say_that_an_unknown_message_arrived(session):
    message = compose()
    stand_at(message, "unknown")
    verbs.confirm_delivery(message.id, actor=STAFF)
    assert message.state == "sent" and message.sent_at is not None
    assert told(message)[-1] == "message.sent"
    with pytest.raises(AlreadyDone):
        verbs.confirm_delivery(message.id, actor=STAFF)
    assert told(message).count("message.sent") == 1


def test_only_an_unknown_message_can_be_said_to_have_arrived(session):
    message = compose()
    with pytest.raises(WrongState):
        verbs.confirm_delivery(message.id, actor=STAFF)
    stand_at(message, "unknown")
    with pytest.raises(NotAllowed):
        verbs.confirm_delivery(message.id, actor=staff())


def test_the_messages_of_an_order_are_listed_newest_first(session):
    order = an_order()
    first, second = compose("a", stream_id=order.id), compose("b", stream_id=order.id)
    compose("c", stream_id=an_order().id)
    assert services.of_stream(order.id) == [second, first]


def test_a_message_asked_for_outside_the_orders_chain_belongs_to_the_order(session):
    order = an_order_with_everything()
    message = queue("link.requested", order)
    assert (message.template, message.stream_id) == ("new_link", order.id)


def test_a_message_to_staff_belongs_to_no_order(session):
    message = queue("staff.reset_requested")
    assert (message.template, message.stream_id) == ("staff_reset", None)
    assert told(message) == ["message.queued"]


def test_the_link_of_a_message_opens_the_order_and_is_kept_by_its_hash_alone(session):
    order = an_order_with_everything()
    message = queue("order.placed", order)
    assert message.recipient == order.contact.email
    assert order.ref in message.subject
    assert "/t/" in message.link
    stored = session.execute(sa.text("SELECT token_hash FROM order_links")).scalars().all()
    assert stored and message.link.rpartition("/")[2] not in stored
