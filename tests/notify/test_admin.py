from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.accounts.verbs import create_staff
from app.core.actor import system
from app.notify import services
from app.notify.models import Message
from app.orders.models import Order
from tests.accounts.conftest import PASSWORD, Browser, csrf_token
from tests.notify.conftest import told
from tests.notify.occasions import an_order_with_everything, happens


@pytest.fixture
def browser(app, session):
    return Browser(app.test_client())


@pytest.fixture
def come_in(browser):
    def sign_in(*roles: str) -> Browser:
        name = f"{'-'.join(roles)}@example.com"
        create_staff(None, name, "Juno Example", roles, actor=system("cli"), password=PASSWORD)
        assert browser.sign_in(name).status_code in (302, 303)
        return browser

    return sign_in


@pytest.fixture
def message(session):
    (made,) = services.queue_messages(happens("quote.sent"))
    session.commit()
    return made


def stand_at(message: Message, session, state: str) -> None:
    session.execute(sa.update(Message).values(state=state, error="The server said 451"))
    session.commit()
    session.refresh(message)


def test_the_list_shows_every_message_with_its_state_in_words(come_in, message):
    page = come_in("sales").get("/admin/messages/").text
    assert "Your quote is ready" in page and message.recipient in page
    assert "Queued" in page


def test_the_details_say_what_went_wrong_and_what_to_do(come_in, message, session):
    stand_at(message, session, "unknown")
    page = come_in("sales").get(f"/admin/messages/details/?id={message.id}").text
    assert "The server said 451" in page
    assert "It is never sent again automatically." in page
    assert "Confirm delivery" in page and "Send again" in page


def test_why_it_was_not_sent_is_on_the_page(come_in, session):
    order = an_order_with_everything()
    order.contact.email = ""
    (made,) = services.queue_messages(happens("quote.sent", order))
    page = come_in("sales").get(f"/admin/messages/details/?id={made.id}").text
    assert "Not sent:" in page and "no e-mail address" in page
    assert "Send again" not in page


def test_the_link_is_never_shown_to_staff(come_in, message):
    page = come_in("owner").get(f"/admin/messages/details/?id={message.id}").text
    assert "/t/" not in page and "[personal link]" in page


def test_a_failed_message_is_sent_again_from_its_page(come_in, message, session):
    stand_at(message, session, "failed")
    browser = come_in("sales")
    details = f"/admin/messages/details/?id={message.id}"
    answer = browser.post(f"/admin/messages/{message.id}/resend", on=details)
    assert answer.status_code == 303
    new = session.scalars(sa.select(Message).where(Message.resend_of_id == message.id)).one()
    assert new.state == "queued"
    assert "This message was sent again" in browser.get(details).text
    assert told(message)[-1] == "message.resent"


def test_a_message_to_a_wrong_address_goes_to_the_corrected_one(come_in, message, session):
    stand_at(message, session, "bounced")
    contact = session.get_one(Order, message.stream_id).contact
    browser = come_in("sales")
    details = f"/admin/messages/details/?id={message.id}"
    page = browser.get(details).text
    assert "Edit address" in page and f"to {message.recipient} again?" in page
    contact.email = "right@example.com"
    session.commit()
    page = browser.get(details).text
    assert "The contact's address is now right@example.com, so it will be sent there." in page
    assert "to right@example.com?" in page and "Edit address" not in page


def test_whoever_may_not_edit_customers_is_not_led_to_their_address(come_in, message, session):
    stand_at(message, session, "bounced")
    page = come_in("warehouse").get(f"/admin/messages/details/?id={message.id}").text
    assert "server returned it" in page and "Edit address" not in page


def test_a_second_click_is_told_so(come_in, message, session):
    stand_at(message, session, "failed")
    browser = come_in("sales")
    details = f"/admin/messages/details/?id={message.id}"
    token = csrf_token(browser.get(details).text)
    address = f"/admin/messages/{message.id}/resend"
    post = browser.client.post
    answers = [
        post(address, data={"csrf_token": token}, environ_base=browser.environ) for _ in "ab"
    ]
    assert [answer.status_code for answer in answers] == [303, 409]
    assert "already been sent again" in answers[1].text
    again = sa.select(sa.func.count()).where(Message.resend_of_id == message.id)
    assert session.scalar(again) == 1


def test_whoever_may_only_look_gets_no_button_and_no_effect(come_in, message, session):
    stand_at(message, session, "failed")
    browser = come_in("finance")
    page = browser.get(f"/admin/messages/details/?id={message.id}").text
    assert "Send again" not in page
    token = csrf_token(page)
    answer = browser.client.post(
        f"/admin/messages/{message.id}/resend",
        data={"csrf_token": token},
        environ_base=browser.environ,
    )
    assert answer.status_code == 403
    assert session.scalar(sa.select(sa.func.count()).select_from(Message)) == 1


def test_an_operator_sees_no_messages_at_all(come_in, message):
    assert come_in("operator").get("/admin/messages/").status_code == 403


def test_a_request_without_the_forms_token_changes_nothing(come_in, message, session):
    stand_at(message, session, "failed")
    browser = come_in("sales")
    answer = browser.client.post(
        f"/admin/messages/{message.id}/resend", environ_base=browser.environ
    )
    assert answer.status_code == 400
    assert session.scalar(sa.select(sa.func.count()).select_from(Message)) == 1


@pytest.mark.parametrize(
    "view", ["", "?flt0_state_equals=unknown", "?flt0_state_equals=failed", "?search=juno"]
)
def test_every_saved_view_opens(come_in, message, view):
    assert come_in("sales").get(f"/admin/messages/{view}").status_code == 200


def test_a_saved_view_narrows_the_list(come_in, message):
    page = come_in("sales").get("/admin/messages/?flt0_state_equals=unknown").text
    assert message.recipient not in page
