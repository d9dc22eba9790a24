from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from app.backoffice.verbs import REPLAY
from app.core import queue, realtime, relay
from app.core.actor import system
from app.core.db import db
from app.core.deliveries import Delivery, Reaction
from app.core.delivery_runner import run_delivery
from app.core.events import Outbox
from tests.core.thing import at_once, deliveries, reactions, say, shift


def nothing(event):
    pass


TABLE = {"thing.done": [Reaction("first", do=nothing), Reaction("second", "files", do=nothing)]}


@pytest.fixture
def shop(committed):
    with committed.app.app_context(), reactions(committed.app, TABLE):
        yield committed
        db.session.remove()


def left() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Outbox))


def test_one_event_becomes_one_delivery_per_reaction_on_its_queue(shop):
    event = say()
    db.session.commit()
    assert relay.drain(TABLE) == 1
    rows = deliveries()
    assert [(r.event_id, r.reaction, r.queue, r.state) for r in rows] == [
        (event.id, "first", "events", "pending"),
        (event.id, "second", "files", "pending"),
    ]
    assert left() == 0
    assert (queue.waiting("events"), queue.waiting("files")) == (1, 1)


def test_an_event_without_reactions_leaves_the_outbox_too(shop):
    say("thing.unheard")
    db.session.commit()
    assert relay.drain(TABLE) == 1
    assert (left(), deliveries()) == (0, [])


def test_two_relays_share_the_work_and_double_nothing(shop):
    for _ in range(40):
        say()
    db.session.commit()

    def work(number):
        total = 0
        while got := relay.drain(TABLE):
            total += got
        return total

    assert sum(at_once(shop.app, 3, work)) == 40
    pairs = [(row.event_id, row.reaction) for row in deliveries()]
    assert len(pairs) == len(set(pairs)) == 80


def test_draining_the_same_event_again_adds_no_delivery(shop):
    event = say()
    db.session.commit()
    relay.drain(TABLE)
    db.session.add(Outbox(event_id=event.id))
    db.session.commit()
    relay.drain(TABLE)
    assert len(deliveries()) == 2


def test_a_watching_page_is_told_that_something_changed_but_not_what(shop):
    listener = queue.connection().pubsub(ignore_subscribe_messages=True)
    listener.subscribe(realtime.channel())
    listener.get_message(timeout=2)
    event = say(data={"secret": "price"})
    db.session.commit()
    relay.drain(TABLE)
    heard = json.loads(listener.get_message(timeout=5)["data"])
    listener.close()
    assert heard == {"stream": str(event.stream_id), "name": "thing.done", "kind": "things"}


def test_after_redis_was_wiped_every_delivery_is_handed_out_again(shop):
    for _ in range(3):
        say()
    db.session.commit()
    relay.drain(TABLE)
    queue.connection().flushdb()
    assert relay.sweep() == 0  # it might be on its way still
    shift("enqueued_at", -3)
    assert relay.sweep() == 6
    assert (queue.waiting("events"), queue.waiting("files")) == (3, 3)


def test_with_redis_away_the_rows_wait_and_nothing_is_lost(shop, monkeypatch):
    def away():
        raise ConnectionError("no Redis")

    say()
    db.session.commit()
    with monkeypatch.context() as without:
        without.setattr(queue, "connection", away)
        assert relay.drain(TABLE) == 1
        shift("enqueued_at", -3)
        assert relay.sweep() == 0
    assert relay.sweep() == 2


def test_a_delivery_whose_worker_died_is_handed_out_when_its_lease_ends(shop):
    say()
    db.session.commit()
    relay.drain(TABLE)
    queue.connection().flushdb()
    db.session.execute(
        sa.text(
            "UPDATE event_deliveries SET state = 'running', fence = 1, attempts = 1, "
            "lease_until = now() + interval '20 s', enqueued_at = now() - interval '20 s'"
        )
    )
    db.session.commit()
    assert relay.sweep() == 0
    shift("lease_until", -21)
    assert relay.sweep() == 2


@pytest.mark.parametrize("state", ["pending", "running"])
def test_a_row_that_was_never_enqueued_is_swept_even_behind_a_full_queue(shop, state):
    say()
    db.session.commit()
    relay.drain(TABLE)  # the queues hold these jobs, so they are not empty
    db.session.execute(
        sa.text(
            "UPDATE event_deliveries SET state = :state, enqueued_at = NULL, "
            "lease_until = now() - interval '1 s'"
        ),
        {"state": state},
    )
    db.session.commit()
    assert relay.sweep() == 2


def test_what_is_put_back_waits_for_its_time(shop):
    say()
    db.session.commit()
    relay.drain(TABLE)
    queue.connection().flushdb()
    shift("enqueued_at", -120)
    shift("due_at", 60)
    assert relay.sweep() == 0
    shift("due_at", -61)
    assert relay.sweep() == 2


def test_a_dead_letter_is_left_alone_until_it_is_replayed(shop):
    say()
    db.session.commit()
    relay.drain(TABLE)
    db.session.execute(sa.update(Delivery).values(state="dead", attempts=8, enqueued_at=None))
    db.session.commit()
    assert relay.sweep() == 0
    REPLAY(deliveries()[0].id, actor=system())
    db.session.commit()
    assert relay.sweep() == 1
    assert run_delivery(shop.app, deliveries()[0].id) == "done"


def test_the_relay_is_woken_by_a_commit_and_stops_when_told(shop):
    """The whole loop: a commit in another connection reaches a delivery within the second."""
    import threading
    import time

    stop = threading.Event()

    def relaying():
        with shop.app.app_context():
            relay.run(TABLE, stop.is_set)

    thread = threading.Thread(target=relaying)
    thread.start()
    try:
        say()
        db.session.commit()
        until = time.monotonic() + 10
        while time.monotonic() < until and len(deliveries()) < 2:
            db.session.commit()
            stop.wait(0.05)
        assert len(deliveries()) == 2
    finally:
        stop.set()
        thread.join(timeout=10)
    assert not thread.is_alive()
