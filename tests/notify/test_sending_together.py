"""Many messages in one job: each once, one fault keeps no other, and a killed worker leaves one in doubt."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa

from app.core import chain
from app.core.actor import system
from app.core.db import db
from app.core.deliveries import Delivery
from app.core.delivery_runner import run_deliveries
from app.core.outbound import batch
from app.core.outbound.intent import OutboundIntent
from app.notify import services
from app.notify.channels import email as smtp
from app.notify.models import Message
from tests.core.thing import at_once, shift
from tests.notify.conftest import pending
from tests.notify.test_sending import QUOTE


@pytest.fixture
def jobs(shop) -> list[uuid.UUID]:
    """Five queued messages, and the deliveries that send them in their order."""
    for number in range(5):
        address = f"ada.{number}@example.com"
        services.compose("quote_ready", QUOTE, address, key=f"k{number}", actor=system())
    db.session.commit()
    return pending()


def states() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Message.state).order_by(Message.recipient)))


def arrived(mail) -> list[str]:
    return sorted(envelope.rcpt_tos[0] for envelope in mail.arrived)


def test_each_is_sent_once_and_everything_is_as_if_it_was_sent_alone(shop, mail, jobs) -> None:
    run_deliveries(shop, jobs)
    assert states() == ["sent"] * 5
    assert arrived(mail) == [f"ada.{number}@example.com" for number in range(5)]
    assert set(db.session.scalars(sa.select(Delivery.state))) == {"done"}
    rows = db.session.execute(sa.select(OutboundIntent.state, OutboundIntent.attempts)).all()
    assert {tuple(row) for row in rows} == {("sent", 1)}
    from app.notify import invariants as ours

    for finder in (ours.sent_once, ours.one_per_cause, ours.no_secret_left, ours.as_written):
        assert list(finder()) == []
    assert all(chain.verify(one) is None for one in db.session.scalars(sa.select(Message.id)))


def test_the_connection_is_kept_from_message_to_message(shop, mail, jobs, monkeypatch) -> None:
    opened = []
    real = smtp.connections._connect
    monkeypatch.setattr(smtp.connections, "_connect", lambda s: opened.append(1) or real(s))
    run_deliveries(shop, jobs)
    assert (len(opened), len(mail.arrived)) == (1, 5)


def test_one_that_is_refused_and_one_that_is_put_off_keep_no_other(shop, mail, jobs) -> None:
    mail.answers["RCPT"] = ["250 OK", "550 No such person", "250 OK", "451 Later", "250 OK"]
    run_deliveries(shop, jobs)
    assert sorted(states()) == ["failed", "queued", "sent", "sent", "sent"]
    open_ones = sa.select(Delivery.state).where(Delivery.state != "done")
    assert db.session.scalars(open_ones).all() == ["pending"]
    run_deliveries(shop, jobs)
    assert sorted(states()) == ["failed", "sent", "sent", "sent", "sent"]
    assert len(mail.arrived) == 4


def test_a_slow_server_does_not_keep_what_was_sent_from_being_settled(
    shop, mail, jobs, monkeypatch
) -> None:
    monkeypatch.setattr(batch, "LONGEST_S", 0.0)
    settled = []
    real = smtp.Email.perform_write

    def watched(channel, outgoing):
        with db.engine.connect() as beside:
            sent = sa.text("SELECT count(*) FROM messages WHERE state = 'sent'")
            settled.append(beside.scalar(sent))
        return real(channel, outgoing)

    monkeypatch.setattr(smtp.Email, "perform_write", watched)
    run_deliveries(shop, jobs)
    assert states() == ["sent"] * 5
    assert settled == sorted(settled) and settled[-1] == 4
    assert len(mail.arrived) == 5


def test_a_killed_worker_leaves_one_in_doubt_and_sends_none_twice(
    shop, mail, jobs, monkeypatch
) -> None:
    class Killed(BaseException):
        pass

    real = smtp.Email.perform_write

    def dying(channel, outgoing):
        done = real(channel, outgoing)
        if len(mail.arrived) == 3:
            raise Killed
        return done

    with monkeypatch.context() as patched:
        patched.setattr(smtp.Email, "perform_write", dying)
        with pytest.raises(Killed):
            run_deliveries(shop, jobs)
    db.session.rollback()
    shift("lease_until", -3600)
    run_deliveries(shop, jobs)
    assert sorted(states()) == ["sent", "sent", "sent", "sent", "unknown"]
    assert arrived(mail) == [f"ada.{number}@example.com" for number in range(5)]


def test_four_workers_with_the_same_job_send_each_once(shop, mail, jobs) -> None:
    at_once(shop, 4, lambda _: run_deliveries(shop, jobs))
    assert states() == ["sent"] * 5
    assert len(mail.arrived) == 5


def test_a_worker_that_lost_its_lease_changes_nothing(shop, mail, jobs, monkeypatch) -> None:
    real = smtp.Email.perform_write

    def slow(channel, outgoing):
        if not mail.arrived:
            shift("lease_until", -3600)
            db.session.execute(sa.text("UPDATE event_deliveries SET fence = fence + 1"))
            db.session.commit()
        return real(channel, outgoing)

    monkeypatch.setattr(smtp.Email, "perform_write", slow)
    run_deliveries(shop, jobs)
    assert set(states()) == {"sending"}
    shift("lease_until", -3600)
    run_deliveries(shop, jobs)
    assert sorted(set(states())) in (["sent"], ["sent", "unknown"])
    assert len(mail.arrived) == 5
