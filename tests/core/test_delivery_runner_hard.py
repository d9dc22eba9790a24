"""Deliveries on bad days: workers that are killed, clocks that are wrong, faults in strange words."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.backoffice.verbs import REPLAY
from app.core import clock, delivery_runner, relay
from app.core.actor import system
from app.core.db import db
from app.core.deliveries import MAX_ATTEMPTS, Delivery, Reaction, claim
from app.core.delivery_runner import run_delivery
from tests.core.thing import deliveries, reactions, say, shift

YEAR_S = 366 * 86_400


@pytest.fixture
def shop(committed):
    with committed.app.app_context(), reactions(committed.app, {}):
        yield committed.app
        db.session.remove()


def deliver(app, **steps):
    app.extensions["reactions"] = {"thing.done": [Reaction("act", **steps)]}
    say()
    db.session.commit()
    relay.drain(app.extensions["reactions"])
    return deliveries()[-1].id


def row(delivery_id) -> Delivery:
    db.session.rollback()
    return db.session.get_one(Delivery, delivery_id, populate_existing=True)


def killed_right_after_the_claim(delivery_id) -> None:
    """A worker that takes the delivery and is gone, and the time until its lease ends."""
    assert claim(delivery_id, 20) is not None
    db.session.commit()
    shift("lease_until", -60)


def test_what_kills_each_of_its_workers_becomes_a_dead_letter(shop):
    told, tried = [], []
    delivery_id = deliver(shop, do=tried.append, failed=lambda event, why: told.append(str(why)))
    for _ in range(MAX_ATTEMPTS):
        killed_right_after_the_claim(delivery_id)
    assert run_delivery(shop, delivery_id) == "dead"
    assert tried == []
    assert row(delivery_id).error == "WorkerDied: 8 workers took this and none came back."
    assert told == ["8 workers took this and none came back."]


def test_a_replay_of_it_gives_it_all_its_tries_again(shop):
    tried = []
    delivery_id = deliver(shop, do=tried.append)
    for _ in range(MAX_ATTEMPTS):
        killed_right_after_the_claim(delivery_id)
    assert run_delivery(shop, delivery_id) == "dead"
    REPLAY(delivery_id, actor=system())
    db.session.commit()
    assert run_delivery(shop, delivery_id) == "done"
    assert len(tried) == 1


@pytest.mark.parametrize("wrong_by_s", [-YEAR_S, YEAR_S])
def test_a_host_whose_clock_is_wrong_by_a_year_neither_delays_nor_hurries(
    shop, monkeypatch, wrong_by_s
):
    from datetime import timedelta

    right = clock.now
    for module in (relay, delivery_runner):
        if hasattr(module, "now"):
            monkeypatch.setattr(module, "now", lambda: right() + timedelta(seconds=wrong_by_s))

    def fails(event):
        raise RuntimeError("not yet")

    delivery_id = deliver(shop, do=fails)
    ages = sa.select(
        sa.func.abs(sa.extract("epoch", sa.func.now() - Delivery.due_at)),
        sa.func.abs(sa.extract("epoch", sa.func.now() - Delivery.enqueued_at)),
    )
    assert max(db.session.execute(ages).one()) < 60
    assert run_delivery(shop, delivery_id) == "retry"
    wait_s = sa.select(sa.extract("epoch", Delivery.due_at - Delivery.updated_at))
    assert 0 < float(db.session.scalar(wait_s) or 0) < 60


def test_a_fault_in_letters_that_no_database_keeps_is_still_written_down(shop):
    def fails(event):
        raise RuntimeError("half \ud83d and \x00 nothing")

    delivery_id = deliver(shop, do=fails)
    assert run_delivery(shop, delivery_id) == "retry"
    assert row(delivery_id).error == "RuntimeError: half \ufffd and  nothing"


def test_a_flood_of_events_does_not_keep_lost_deliveries_waiting(shop, monkeypatch):
    """More events than one pass takes: the sweep has its turn between the passes."""
    passes = []
    monkeypatch.setattr(relay, "drain", lambda table: passes.append("drain") or relay.BATCH)
    monkeypatch.setattr(relay, "sweep", lambda: passes.append("sweep") or 0)
    relay.run({}, lambda: len(passes) >= 6)
    assert passes == ["drain", "sweep"] * 3
