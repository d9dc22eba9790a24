from __future__ import annotations

import uuid
from decimal import Decimal

import pytest
import sqlalchemy as sa

from app.core import chain
from app.core.actor import Actor
from app.core.clock import now
from app.core.db import db
from app.core.events import GENESIS, Event, EventStream, Outbox, digest, record, timeline
from app.core.events.log import recorded_together
from tests.core.thing import Thing, at_once, say


def test_an_event_says_what_to_what_by_whom_through_which_door(session):
    thing, who = Thing(), Actor("staff", uuid.uuid4(), "Juno Example", "backoffice")
    event = record(
        "thing.moved", thing, who, before={"at": "a"}, after={"at": "b"}, data={"why": "test"}
    )
    session.commit()
    row = session.get(Event, event.id)
    assert (row.name, row.subject_kind, row.subject_id) == ("thing.moved", "things", thing.id)
    assert (row.actor_kind, row.actor_id, row.actor_label, row.door) == (
        "staff",
        who.id,
        "Juno Example",
        "backoffice",
    )
    assert (row.before, row.after, row.data) == ({"at": "a"}, {"at": "b"}, {"why": "test"})


def test_an_event_waits_in_the_outbox_until_the_relay_takes_it(session):
    event = say()
    assert session.scalars(sa.select(Outbox.event_id)).all() == [event.id]


def test_a_rolled_back_change_leaves_no_event(session):
    say()
    session.rollback()
    assert session.scalar(sa.select(sa.func.count()).select_from(Event)) == 0
    assert session.scalar(sa.select(sa.func.count()).select_from(Outbox)) == 0


def test_each_event_carries_the_hash_of_the_one_before_it(session):
    stream = uuid.uuid4()
    first, second, third = (say(stream_id=stream, data={"n": n}) for n in range(3))
    assert first.prev_hash == GENESIS
    assert (second.prev_hash, third.prev_hash) == (first.hash, second.hash)
    assert [first.stream_seq, second.stream_seq, third.stream_seq] == [1, 2, 3]
    assert session.get(EventStream, stream).head_hash == third.hash


def test_two_orders_have_two_chains(session):
    one, other = say(stream_id=uuid.uuid4()), say(stream_id=uuid.uuid4())
    assert (one.stream_seq, other.stream_seq) == (1, 1)
    assert one.prev_hash == other.prev_hash == GENESIS


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        0.1,
        1e22,
        -0.0,
        Decimal("1.10"),
        "naïve 日本 \u2028 \x00 \U0001f48d",
        [1, (2, 3), {"x"}],
        {"b": 1, "a": {"d": None, "c": True}},
        uuid.UUID(int=7),
        now(),
        2**60,
    ],
    ids=lambda value: type(value).__name__,
)
def test_the_hash_survives_the_way_through_the_database(session, value):
    event = say(data={"value": value})
    session.commit()
    session.expire_all()
    assert digest(session.get(Event, event.id)) == event.hash
    assert chain.verify(event.stream_id) is None


def test_the_timeline_is_newest_first(session):
    stream = uuid.uuid4()
    names = [say(f"thing.{n}", stream_id=stream).name for n in "abc"]
    assert [event.name for event in timeline(stream)] == names[::-1]


@pytest.mark.parametrize("statement", ["UPDATE events SET name = 'x'", "DELETE FROM events"])
def test_the_application_cannot_change_or_remove_an_event(session, statement):
    say()
    session.commit()
    with pytest.raises(sa.exc.ProgrammingError), session.begin_nested():
        session.execute(sa.text(statement))


@pytest.mark.parametrize(
    "statement", ["UPDATE events SET name = 'x'", "DELETE FROM events", "TRUNCATE events CASCADE"]
)
def test_not_even_the_owner_of_the_tables_changes_an_event(committed, statement):
    with committed.app.app_context():
        say()
        db.session.commit()
    with committed.owner_engine.begin() as connection, pytest.raises(sa.exc.ProgrammingError):
        connection.execute(sa.text(statement))


def test_a_forged_row_breaks_the_chain_and_is_named(committed):
    stream = uuid.uuid4()
    with committed.app.app_context():
        for n in range(3):
            middle = say(stream_id=stream, data={"n": n}).id if n == 1 else say(stream_id=stream)
        db.session.commit()
        ids = db.session.scalars(sa.select(Event.id).order_by(Event.stream_seq)).all()
        db.session.remove()
    with committed.owner_engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE events DISABLE TRIGGER USER"))
        connection.execute(
            sa.text("UPDATE events SET actor_label = 'someone else' WHERE id = :id"), {"id": ids[1]}
        )
    with committed.app.app_context():
        broken = chain.verify(stream)
        assert middle is not None
        assert broken is not None and str(ids[1]) in broken and "changed" in broken


def test_a_chain_whose_newest_event_was_cut_off_is_found(committed):
    stream = uuid.uuid4()
    with committed.app.app_context():
        say(stream_id=stream)
        newest = say(stream_id=stream).id
        db.session.commit()
    with committed.owner_engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE events DISABLE TRIGGER USER"))
        connection.execute(sa.text("DELETE FROM outbox WHERE event_id = :id"), {"id": newest})
        connection.execute(sa.text("DELETE FROM events WHERE id = :id"), {"id": newest})
    with committed.app.app_context():
        assert "newest event is missing" in (chain.verify(stream) or "")


def test_writers_of_one_chain_queue_up_and_it_never_forks(committed):
    stream = uuid.uuid4()

    def write(number: int) -> None:
        for _ in range(5):
            say(stream_id=stream, data={"writer": number})
            db.session.commit()

    assert at_once(committed.app, 4, write) == [None] * 4
    with committed.app.app_context():
        rows = timeline(stream)
        assert [row.stream_seq for row in rows] == list(range(20, 0, -1))
        assert chain.verify(stream) is None


def test_control_without_the_lock_of_the_head_writers_collide(committed, monkeypatch):
    """Shows the race that the lock prevents: each writer reads the head before any has written."""
    import threading

    from app.core.events import log

    stream, together = uuid.uuid4(), threading.Barrier(2)
    with committed.app.app_context():
        say(stream_id=stream)
        db.session.commit()

    def unlocked(chain_ids):
        head = db.session.get(EventStream, stream)
        together.wait(timeout=10)
        return {stream: (head.head_seq, head.head_hash)}

    monkeypatch.setattr(log, "_locked_heads", unlocked)

    def write(number: int) -> None:
        say(stream_id=stream)
        db.session.commit()

    results = at_once(committed.app, 2, write)
    assert sum(isinstance(result, sa.exc.IntegrityError) for result in results) == 1


def test_events_recorded_together_are_chained_as_if_each_was_alone(session):
    first, second = uuid.uuid4(), uuid.uuid4()
    say(stream_id=first)
    with recorded_together():
        for stream in (first, second, first, second, first):
            say(stream_id=stream)
        assert session.scalar(sa.select(sa.func.count()).select_from(Outbox)) == 1
    for stream, count in ((first, 4), (second, 2)):
        rows = timeline(stream)
        assert [row.stream_seq for row in rows] == list(range(count, 0, -1))
        assert chain.verify(stream) is None
        assert session.get(EventStream, stream).head_hash == rows[0].hash
    assert session.scalar(sa.select(sa.func.count()).select_from(Outbox)) == 6


def test_what_is_recorded_together_and_fails_is_not_recorded(session):
    stream = uuid.uuid4()
    with pytest.raises(RuntimeError), recorded_together():
        say(stream_id=stream)
        raise RuntimeError("half way")
    assert timeline(stream) == []
    say(stream_id=stream)
    assert len(timeline(stream)) == 1
