"""The back office of integrations: what needs a person, and the settings of adapters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from app.core.db import db
from app.core.events import Event
from app.core.outbound import credentials
from app.core.outbound.intent import OutboundIntent, intend
from tests.backoffice.conftest import Person, somebody
from tests.core.thing import Thing
from tests.notify.conftest import MailServer, mail
from tests.order_rows import placed_order

__all__ = ["MailServer", "mail", "somebody"]
Enter = Callable[..., Person]
PASSWORD = "correct horse battery staple"
EMAIL = "/admin/connections/channel.email"


@pytest.fixture
def intent_in(session: Any) -> Callable[..., OutboundIntent]:
    """A journal entry of a placed order in the state that is asked for."""

    def make(state: str, error: str = "The books are closed.") -> OutboundIntent:
        order = placed_order()
        payload = {"number": order.ref, "total_minor": 1200, "currency": "GBP"}
        made, _ = intend(
            "accounting", "journal", order, payload, key=f"k:{order.id}", stream_id=order.id
        )
        made.state, made.error = state, error
        session.commit()
        return made

    return make


def details(intent: OutboundIntent) -> str:
    return f"/admin/intents/details/?id={intent.id}"


def press(person: Person, intent: OutboundIntent, verb: str, **form: str) -> Any:
    token = person.token(details(intent))
    answer = person.send(f"/admin/intents/{intent.id}/{verb}", {"csrf_token": token, **form})
    db.session.expire_all()
    return answer


def test_what_needs_a_person_is_a_view_of_its_own_with_the_next_step(
    somebody: Enter, intent_in: Callable[..., OutboundIntent]
) -> None:
    intent_in("failed"), intent_in("unknown"), intent_in("intended")
    page = somebody("finance").get("/admin/intents/?flt_needs_action_equals=1")
    assert len(page.all("tbody tr")) == 2
    assert "Fix the cause, then retry" in page.words
    assert "Check the other system" in page.words


@pytest.mark.parametrize(
    ("state", "verb", "after", "event"),
    [
        ("failed", "retry", "intended", "sync.retried"),
        ("unknown", "retry", "intended", "sync.retried"),
        ("unknown", "settle", "sent", "sync.sent"),
        ("failed", "abandon", "abandoned", "sync.abandoned"),
    ],
)
def test_a_person_ends_a_write_that_failed_or_is_unknown(
    somebody: Enter, intent_in: Callable[..., OutboundIntent], state: str, verb: str, after: str,
    event: str,
) -> None:  # fmt: skip
    intent, owner = intent_in(state), somebody("owner")
    assert press(owner, intent, verb, reason="I looked in the books").status == 303
    assert intent.state == after
    told = sa.select(Event.actor_id).where(Event.subject_id == intent.id, Event.name == event)
    assert db.session.scalars(told).all() == [owner.staff.id]


def test_what_went_well_offers_nothing_and_is_not_written_again(
    somebody: Enter, intent_in: Callable[..., OutboundIntent]
) -> None:
    intent, owner = intent_in("intended"), somebody("owner")
    assert not owner.get(details(intent)).verbs & {"retry", "settle", "abandon"}
    answer = press(owner, intent, "retry")
    assert (answer.status, "Nothing was changed." in answer.words) == (409, True)
    assert intent.state == "intended"


def test_marking_as_arrived_takes_a_reason(
    somebody: Enter, intent_in: Callable[..., OutboundIntent]
) -> None:
    intent = intent_in("unknown")
    owner = somebody("owner")
    answer = press(owner, intent, "settle", reason=" ")
    assert answer.status == 422
    assert "Enter what you found in the other system." in answer.words
    assert intent.state == "unknown"


def test_finance_sees_a_failed_write_but_may_not_retry_it(
    somebody: Enter, intent_in: Callable[..., OutboundIntent]
) -> None:
    intent, finance = intent_in("failed"), somebody("finance")
    assert "retry" not in finance.get(details(intent)).verbs
    assert press(finance, intent, "retry").status == 403
    assert intent.state == "failed"


def test_a_message_is_acted_on_where_it_is_shown(somebody: Enter, session: Any) -> None:
    thing = Thing()
    thing.__tablename__ = "messages"
    made, _ = intend("channel", "email", thing, {}, key="message:1")
    made.state = "failed"
    session.commit()
    page = somebody("owner").get(details(made))
    assert "Open message" in page.words
    assert not page.verbs & {"retry", "settle", "abandon"}


def save(person: Person, **form: str) -> Any:
    page = person.get(EMAIL)
    values = page.form("save_settings")
    given = {"host": "mail.example.net", "port": "2525", "mail_from": "a@example.net"}
    return person.send(
        f"{EMAIL}/save_settings", {k: v for k, v in values.items() if k} | given | form
    )


def test_every_adapter_has_a_page(somebody: Enter, session: Any) -> None:
    owner = somebody("owner")
    page = owner.get("/admin/connections/")
    links = [one.get("href") for one in page.all("main td a")]
    assert EMAIL in links and "/admin/connections/carrier.generic" in links
    assert [owner.get(link).status for link in links] == [200] * len(links)


def test_only_who_sets_up_integrations_sees_the_connections(somebody: Enter, session: Any) -> None:
    assert somebody("finance").get("/admin/connections/").status == 403


def test_settings_are_saved_and_the_password_is_never_sent_back(
    somebody: Enter, session: Any
) -> None:
    owner = somebody("owner")
    assert save(owner, password=PASSWORD).status == 303
    page = owner.get(EMAIL)
    assert PASSWORD not in page.answer.text
    (field,) = page.all("input[name=password]")
    assert field.get("type") == "password" and not field.get("value")
    assert "Saved. Leave empty to keep it." in page.words
    found = credentials.open_adapter("channel", "email").settings
    assert (found.host, found.password.get_secret_value()) == ("mail.example.net", PASSWORD)


def test_a_value_that_cannot_be_is_said_at_its_field_and_a_typed_password_is_not_repeated(
    somebody: Enter, session: Any
) -> None:
    owner = somebody("owner")
    answer = save(owner, port="70000", password=PASSWORD)
    assert answer.status == 422
    assert "Port" in answer.said(".error") and PASSWORD not in answer.answer.text
    assert credentials.row_of("channel", "email") is None


def test_the_test_button_says_in_a_sentence_whether_the_server_answers(
    somebody: Enter, session: Any, mail: MailServer
) -> None:
    owner = somebody("owner")
    assert save(owner, host="127.0.0.1", port=str(mail.port)).status == 303
    token = owner.token(EMAIL)
    owner.send(f"{EMAIL}/check_connection", {"csrf_token": token})
    assert "answered." in owner.get(EMAIL).said(".notice-good")
    save(owner, host="127.0.0.1", port="1")
    refused = owner.send(f"{EMAIL}/check_connection", {"csrf_token": token})
    assert "does not answer" in refused.said(".notice-bad")
    assert mail.arrived == []
