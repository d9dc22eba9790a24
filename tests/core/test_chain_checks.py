"""The clock verifies chains and remembers it: new parts soon, whole chains by turns."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa

from app.core import chain
from app.core.db import db
from tests.core.test_chain import forge
from tests.core.thing import say


@pytest.fixture
def shop(committed):
    with committed.app.app_context():
        yield committed
        db.session.remove()


def say_to(stream: uuid.UUID, times: int = 1) -> None:
    for number in range(times):
        say(stream_id=stream, data={"n": number})
    db.session.commit()


def known(stream: uuid.UUID) -> chain.ChainCheck:
    db.session.rollback()
    return db.session.get_one(chain.ChainCheck, stream)


def test_a_chain_that_grew_is_verified_from_where_it_was_verified_last(shop, monkeypatch):
    stream = uuid.uuid4()
    say_to(stream, 3)
    assert chain.check_grown() == 1
    first = known(stream)
    assert (first.seq, first.broken) == (3, None)
    seen = (stream, 3, first.hash)
    say_to(stream, 2)
    read = []
    usual = chain.first_break
    monkeypatch.setattr(chain, "first_break", lambda *since: read.append(since) or usual(*since))
    chain.check_grown()
    assert read == [seen]
    assert (known(stream).seq, known(stream).broken) == (5, None)


def test_a_changed_event_is_found_when_the_chain_is_read_as_a_whole(shop):
    stream = uuid.uuid4()
    say_to(stream, 3)
    chain.check_grown()
    db.session.remove()
    forge(
        shop,
        "UPDATE events SET door = 'api' WHERE stream_id = :s AND stream_seq = 2",
        "UPDATE chain_checks SET whole_at = now() - interval '2 days'",
        s=stream,
    )
    assert chain.check_oldest() == 1
    assert "event 2" in (known(stream).broken or "")


def test_what_was_found_broken_stays_so_while_the_chain_grows(shop):
    stream = uuid.uuid4()
    say_to(stream, 3)
    db.session.remove()
    forge(shop, "UPDATE events SET door = 'api' WHERE stream_id = :s AND stream_seq = 1", s=stream)
    chain.check_grown()
    say_to(stream)
    chain.check_grown()
    assert "event 1" in (known(stream).broken or "")


def test_a_new_part_that_does_not_follow_is_found_at_once(shop):
    stream = uuid.uuid4()
    say_to(stream, 2)
    chain.check_grown()
    say_to(stream, 2)
    db.session.remove()
    forge(shop, "UPDATE events SET door = 'api' WHERE stream_id = :s AND stream_seq = 4", s=stream)
    chain.check_grown()
    assert "event 4" in (known(stream).broken or "")


def test_a_chain_written_in_bulk_is_enrolled_and_read_once_a_day(shop):
    stream = uuid.uuid4()
    say_to(stream)
    chain.enrol()
    assert known(stream).checked_at is None
    assert chain.check_oldest() == 1
    assert known(stream).whole_at is not None
    assert chain.check_oldest() == 0


def test_a_chain_can_be_read_while_somebody_writes_to_it(shop):
    stream = uuid.uuid4()
    say_to(stream)
    with shop.engine.begin() as other:
        other.execute(
            sa.text("SELECT FROM event_streams WHERE stream_id = :s FOR UPDATE"), {"s": stream}
        )
        db.session.execute(sa.text("SET LOCAL lock_timeout = '200ms'"))
        assert chain.check_chain(stream, whole=True).broken is None
        db.session.rollback()
