from __future__ import annotations

import re
import threading
import uuid
from dataclasses import dataclass
from email import message_from_bytes, policy

import pytest
import sqlalchemy as sa

from app.accounts.models import OrderLink
from app.accounts.services.links import LinkOver, find_link, revoke_link
from app.backoffice.verbs import REPLAY
from app.core import settings
from app.core.actor import system
from app.core.db import db
from app.core.deliveries import MAX_ATTEMPTS, claim
from app.core.delivery_runner import run_delivery
from app.core.outbound.adapters import AdapterError
from app.notify import services, verbs
from app.notify.channels import email as smtp
from app.notify.channels.email import connections
from app.notify.links import address_of
from tests.core.thing import at_once, shift
from tests.notify.conftest import fresh, pending, send_all, staff, told


@dataclass
class Known:
    """A message by its id: rows do not outlive the worker's sessions."""

    id: uuid.UUID


QUOTE = {
    "contact_name": "Ada", "items": "250 × Card", "total": "£12.00", "taxes": [], "tax_notes": [],
    "valid_until": "Fri 4 Dec",
    "promised_on": "", "note": "",
}  # fmt: skip


def queue(key: str, **context) -> Known:
    made = services.compose(
        "quote_ready", QUOTE | context, "ada@example.com", key=key, actor=system()
    )
    db.session.commit()
    return Known(made.id)


@pytest.fixture
def message(shop, link):
    product = "Invitation A6 “Spring”"
    return queue("k1", items=product, link=link)


def letters(mail):
    return [message_from_bytes(e.content, policy=policy.default) for e in mail.arrived]


def kill_after(monkeypatch, step: str):
    """Let the worker die (no except clause of ours runs) right after or before the sending."""

    class Killed(BaseException):
        pass

    real = smtp.Email.perform_write

    def dying(channel, outgoing):
        if step == "sent":
            real(channel, outgoing)
        raise Killed

    monkeypatch.setattr(smtp.Email, "perform_write", dying)
    return Killed


def die_once(shop, monkeypatch, step: str):
    """Run the delivery in a worker that is killed, let its lease run out, return its id."""
    (delivery_id,) = pending()
    with monkeypatch.context() as dying:
        killed = kill_after(dying, step)
        with pytest.raises(killed):
            run_delivery(shop, delivery_id)
    db.session.rollback()
    shift("lease_until", -3600)
    return delivery_id


def test_a_queued_message_is_sent_and_arrives_whole(shop, mail, message, link):
    assert send_all(shop) == ["done"]
    row = fresh(message)
    assert (row.state, row.attempts, row.error) == ("sent", 1, None)
    assert row.sent_at is not None
    assert told(message) == ["message.queued", "message.sent"]
    (letter,) = letters(mail)
    assert letter["To"] == "ada@example.com"
    assert letter["From"] == "Example Street Press <shop@example.com>"
    assert letter["Subject"] == "Your quote is ready"
    assert letter["Message-ID"] == row.provider_message_id == f"<{row.id}@example.com>"
    text, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert "Here's our quote for Invitation A6 “Spring”." in text.get_content()
    address = address_of(link)
    assert address in text.get_content() and f'href="{address}"' in html.get_content()


def test_the_link_is_stored_neither_before_nor_after_the_message_is_out(shop, mail, message):
    columns = sa.text("SELECT m::text FROM messages m")
    before = db.session.scalar(columns)
    send_all(shop)
    after = db.session.scalar(columns)
    token = fresh(message).link.rpartition("/")[2]
    assert token in letters(mail)[0].get_body(("plain",)).get_content()
    assert token not in before + after


def test_a_link_of_a_former_secret_key_is_made_anew_when_the_message_is_sent(shop, mail, message):
    changed = {"secret_key": "another-secret-key-another-secret"}
    settings.use(settings.current().model_copy(update=changed))
    assert send_all(shop) == ["done"]
    text = letters(mail)[0].get_body(("plain",)).get_content()
    assert find_link(re.search(r"/t/([\w-]{43})", text)[1])


def test_a_link_that_was_revoked_meanwhile_stays_shut(shop, mail, message, link):
    row = db.session.get_one(OrderLink, link.row_id)
    revoke_link(row, system())
    db.session.commit()
    changed = {"secret_key": "another-secret-key-another-secret"}
    settings.use(settings.current().model_copy(update=changed))
    assert send_all(shop) == ["done"]
    assert fresh(message).link_id == link.row_id
    text = letters(mail)[0].get_body(("plain",)).get_content()
    with pytest.raises(LinkOver):
        find_link(re.search(r"/t/([\w-]{43})", text)[1])


def test_a_job_that_arrives_twice_sends_one_letter(shop, mail, message):
    (delivery_id,) = pending()
    assert [run_delivery(shop, delivery_id) for _ in range(3)] == ["done", "skipped", "skipped"]
    assert len(mail.arrived) == 1


def test_four_workers_at_once_send_one_letter(shop, mail, message):
    (delivery_id,) = pending()
    at_once(shop, 4, lambda _: run_delivery(shop, delivery_id))
    assert len(mail.arrived) == 1
    assert told(message).count("message.sent") == 1


def test_a_server_that_is_busy_gets_it_later_and_once(shop, mail, message):
    mail.answers["RCPT"] = ["451 Try again later", "451 Try again later"]
    assert send_all(shop) == ["retry"]
    row = fresh(message)
    assert row.state == "queued" and "451 Try again later" in row.error
    assert send_all(shop) == ["retry"]
    assert send_all(shop) == ["done"]
    row = fresh(message)
    assert (row.state, row.attempts, row.error, len(mail.arrived)) == ("sent", 3, None, 1)
    assert told(message) == ["message.queued", "message.sent"]


def test_an_address_that_does_not_exist_fails_at_once_with_the_servers_words(shop, mail, message):
    mail.answers["RCPT"] = ["550 5.1.1 No such person here"]
    assert send_all(shop) == ["done"]
    row = fresh(message)
    assert row.state == "failed" and "No such person here" in row.error
    assert (told(message), mail.arrived) == (["message.queued", "message.failed"], [])


def test_a_letter_that_is_refused_as_a_whole_fails_at_once(shop, mail, message):
    mail.answers["DATA"] = ["554 Looks like spam"]
    assert send_all(shop) == ["done"]
    assert fresh(message).state == "failed"


def test_with_no_server_the_message_waits_and_fails_after_the_last_try(shop, message):
    settings.use(settings.current().model_copy(update={"smtp_port": 1}))
    results = [send_all(shop)[0] for _ in range(MAX_ATTEMPTS)]
    assert results == ["retry"] * (MAX_ATTEMPTS - 1) + ["dead"]
    row = fresh(message)
    assert row.state == "failed" and "does not answer" in row.error
    assert told(message) == ["message.queued", "message.failed"]


def test_a_replayed_dead_letter_is_sent_once_the_server_is_back(shop, mail, message, link):
    up = settings.current()
    settings.use(up.model_copy(update={"smtp_port": 1}))
    (delivery_id,) = pending()
    for _ in range(MAX_ATTEMPTS):
        run_delivery(shop, delivery_id)
    settings.use(up)
    REPLAY(delivery_id, actor=system())
    db.session.commit()
    assert send_all(shop) == ["done"]
    assert (fresh(message).state, len(mail.arrived)) == ("sent", 1)
    assert address_of(link) in letters(mail)[0].get_body(("plain",)).get_content()


def test_a_replay_after_it_was_sent_again_by_hand_sends_no_second_one(shop, mail):
    old = queue("k")
    up = settings.current()
    settings.use(up.model_copy(update={"smtp_port": 1}))
    (delivery_id,) = pending()
    for _ in range(MAX_ATTEMPTS):
        run_delivery(shop, delivery_id)
    settings.use(up)
    verbs.resend(old.id, actor=staff("message.resend"))
    REPLAY(delivery_id, actor=system())
    db.session.commit()
    assert sorted(send_all(shop)) == ["done", "done"]
    assert len(mail.arrived) == 1


@pytest.mark.parametrize("step", ["claimed", "sent"])
def test_a_worker_killed_in_the_middle_leaves_unknown_never_a_second_letter(
    shop, mail, message, monkeypatch, step
):
    delivery_id = die_once(shop, monkeypatch, step)
    assert fresh(message).state == "sending"
    before = len(mail.arrived)
    assert run_delivery(shop, delivery_id) == "done"
    row = fresh(message)
    assert (row.state, len(mail.arrived)) == ("unknown", before)
    assert "may or may not have arrived" in row.error
    assert told(message) == ["message.queued", "message.unknown"]


def test_control_a_blind_second_try_would_have_doubled_it(shop, mail, message, monkeypatch):
    delivery_id = die_once(shop, monkeypatch, "sent")
    db.session.execute(sa.text("UPDATE messages SET state = 'queued'"))
    db.session.execute(sa.text("UPDATE outbound_intents SET state = 'intended'"))
    db.session.commit()
    run_delivery(shop, delivery_id)
    assert len(mail.arrived) == 2


@pytest.fixture
def catcher(shop, mail, tmp_path):
    """The embedded catcher's folder, which can be asked for a Message-ID."""
    settings.use(settings.current().model_copy(update={"mail_catcher_dir": tmp_path}))

    def store():
        for number, envelope in enumerate(mail.arrived):
            (tmp_path / f"{number}.eml").write_bytes(envelope.content)

    return store


def test_a_letter_that_the_catcher_has_is_settled_as_sent(
    shop, mail, message, catcher, monkeypatch
):
    delivery_id = die_once(shop, monkeypatch, "sent")
    catcher()
    assert run_delivery(shop, delivery_id) == "done"
    assert (fresh(message).state, len(mail.arrived)) == ("sent", 1)
    assert told(message) == ["message.queued", "message.sent"]


def test_a_letter_that_the_catcher_does_not_have_is_sent_now(
    shop, mail, message, catcher, monkeypatch
):
    delivery_id = die_once(shop, monkeypatch, "claimed")
    catcher()
    assert run_delivery(shop, delivery_id) == "done"
    assert (fresh(message).state, len(mail.arrived)) == ("sent", 1)


def test_a_server_that_takes_it_and_hangs_up_without_a_word_leaves_unknown(shop, mail, message):
    mail.answers["DATA"] = ["take it, then hang up"]
    assert send_all(shop) == ["done"]
    row = fresh(message)
    assert (row.state, len(mail.arrived)) == ("unknown", 1)
    assert told(message) == ["message.queued", "message.unknown"]


def test_a_lost_answer_is_looked_up_where_the_catcher_can_be_asked(shop, mail, message, catcher):
    mail.answers["DATA"] = ["hang up"]
    catcher()
    assert send_all(shop) == ["done"]
    assert fresh(message).state == "unknown"


def test_a_server_that_never_answers_costs_a_bounded_time(shop, message, monkeypatch):
    import socket

    monkeypatch.setattr(connections, "TIMEOUT_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        settings.use(settings.current().model_copy(update={"smtp_port": port}))
        assert send_all(shop) == ["retry"]
    assert fresh(message).state == "queued"


def test_a_fault_of_our_own_asks_before_it_sends_again(shop, mail, message, monkeypatch):
    (delivery_id,) = pending()
    with monkeypatch.context() as broken:
        broken.setattr(smtp, "build", lambda *_: 1 / 0)
        assert run_delivery(shop, delivery_id) == "retry"
    assert fresh(message).state == "sending"
    assert run_delivery(shop, delivery_id) == "done"
    assert (fresh(message).state, mail.arrived) == ("unknown", [])


def test_a_server_that_names_a_time_is_asked_no_sooner(shop, mail, message, monkeypatch):
    def busy(channel, outgoing):
        raise AdapterError("Too many messages.", permanent=False, retry_after_s=600)

    monkeypatch.setattr(smtp.Email, "perform_write", busy)
    assert send_all(shop) == ["retry"]
    wait = sa.text("SELECT extract(epoch FROM due_at - now()) FROM event_deliveries")
    assert 500 < db.session.scalar(wait) <= 600


def test_no_row_is_locked_while_the_letter_is_on_its_way(shop, mail, message, monkeypatch):
    seen = threading.Event()
    real = smtp.Email.perform_write

    def watched(self, outgoing):
        row = db.session.execute(
            sa.text("SELECT state FROM messages FOR UPDATE NOWAIT")
        ).scalar_one()
        db.session.rollback()
        if row == "sending":
            seen.set()
        return real(self, outgoing)

    monkeypatch.setattr(smtp.Email, "perform_write", watched)
    assert send_all(shop) == ["done"]
    assert seen.is_set()


def test_lines_that_begin_with_a_dot_arrive_as_they_were(shop, mail):
    queue("dots", note=".first\n..second\n.")
    assert send_all(shop) == ["done"]
    assert letters(mail)[0].get_body(("plain",)).get_content().count("..second") == 1


def test_the_invariants_hold_after_all_of_this(shop, mail, message):
    from app.notify import invariants as ours

    send_all(shop)
    for finder in (ours.sent_once, ours.one_per_cause, ours.no_secret_left, ours.as_written):
        assert list(finder()) == []


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        ("UPDATE messages SET state = 'queued', sent_at = NULL", "has 1 message.sent events"),
        (f"UPDATE messages SET body_text = 'https://x.example/t/{'k' * 43}'", "holds the token"),
        ("UPDATE messages SET state = 'failed'", "is failed, but its write is sent"),
    ],
)
def test_a_broken_promise_names_the_row(shop, mail, message, harm, says):
    from app.notify import invariants as ours

    send_all(shop)
    db.session.execute(sa.text(harm))
    found = [*ours.sent_once(), *ours.no_secret_left(), *ours.as_written()]
    assert any(says in sentence and str(message.id) in sentence for sentence in found)


def test_one_claim_at_a_time_is_what_keeps_it_single(shop, message):
    (delivery_id,) = pending()
    assert claim(delivery_id, 20) is not None
    assert claim(delivery_id, 20) is None
