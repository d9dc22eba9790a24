from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa

from app.backoffice.verbs import REPLAY
from app.core import delivery_runner, relay
from app.core.actor import system
from app.core.db import db
from app.core.deliveries import MAX_ATTEMPTS, Delivery, Reaction, claim, delay, renew
from app.core.delivery_runner import run_delivery
from app.core.errors import AlreadyDone, BadInput, WrongState
from app.core.events import Event
from tests.core.thing import at_once, deliveries, reactions, say, shift


class Shop:
    """A reaction whose steps a test can write down, and one delivery for it."""

    def __init__(self, app):
        self.app = app
        self.said: list[str] = []

    def effect(self, event):
        """An effect that is a row, so that doubling it would show."""
        say("thing.effected", stream_id=event.stream_id)

    def deliver(self, reaction: Reaction):
        self.app.extensions["reactions"] = {"thing.done": [reaction]}
        say()
        db.session.commit()
        relay.drain(self.app.extensions["reactions"])
        self.id = deliveries()[-1].id
        return self.id

    def run(self) -> str:
        return run_delivery(self.app, self.id)

    def row(self) -> Delivery:
        db.session.rollback()
        return db.session.get(Delivery, self.id, populate_existing=True)

    def effects(self) -> int:
        db.session.rollback()
        counted = sa.select(sa.func.count()).where(Event.name == "thing.effected")
        return db.session.scalar(counted)


@pytest.fixture
def shop(committed):
    with committed.app.app_context(), reactions(committed.app, {}):
        yield Shop(committed.app)
        db.session.remove()


def test_the_effect_and_the_done_mark_are_one_commit(shop):
    shop.deliver(Reaction("act", do=shop.effect))
    assert shop.run() == "done"
    assert (shop.row().state, shop.row().attempts, shop.effects()) == ("done", 1, 1)


def test_a_job_that_arrives_twice_has_one_effect(shop):
    shop.deliver(Reaction("act", do=shop.effect))
    assert [shop.run(), shop.run(), shop.run()] == ["done", "skipped", "skipped"]
    assert shop.effects() == 1


def test_five_workers_at_once_have_one_effect(shop):
    shop.deliver(Reaction("act", do=shop.effect))
    results = at_once(shop.app, 5, lambda _: run_delivery(shop.app, shop.id))
    assert sorted(results) == ["done"] + ["skipped"] * 4
    assert shop.effects() == 1


def test_control_without_the_claim_five_workers_double_the_effect(shop, monkeypatch):
    """Shows the race: without claim and lock the same five arrivals have five effects."""
    shop.deliver(Reaction("act", do=shop.effect))
    monkeypatch.setattr(
        delivery_runner,
        "claim",
        lambda i, _: delivery_runner.Claim(i, shop.row().event_id, "act", 1, 0),
    )
    monkeypatch.setattr(
        delivery_runner, "lock_claimed", lambda held: db.session.get(Delivery, held.delivery_id)
    )
    at_once(shop.app, 5, lambda _: run_delivery(shop.app, shop.id))
    assert shop.effects() == 5


def test_a_fault_rolls_the_effect_back_and_the_delivery_is_tried_later(shop):
    def half(event):
        shop.effect(event)
        raise RuntimeError("the carrier hung up")

    shop.deliver(Reaction("act", do=half))
    assert shop.run() == "retry"
    row = shop.row()
    assert (row.state, row.attempts, row.enqueued_at) == ("pending", 1, None)
    assert "the carrier hung up" in row.error
    assert shop.effects() == 0


def test_it_waits_longer_after_each_failure(shop):
    assert [delay(n).total_seconds() for n in range(1, 8)] == [1, 4, 16, 64, 256, 600, 600]


def test_after_the_last_try_it_is_a_dead_letter_with_its_reason(shop):
    def broken(event):
        raise RuntimeError("still broken")

    shop.deliver(Reaction("act", do=broken))
    assert [shop.run() for _ in range(MAX_ATTEMPTS)] == ["retry"] * (MAX_ATTEMPTS - 1) + ["dead"]
    assert (shop.row().state, "still broken" in shop.row().error) == ("dead", True)
    assert shop.run() == "skipped"


def test_what_can_never_work_is_a_dead_letter_at_once(shop):
    def refused(event):
        raise BadInput("There is no such country.")

    shop.deliver(Reaction("act", do=refused))
    assert shop.run() == "dead"
    assert shop.row().attempts == 1


def test_a_replayed_dead_letter_is_done_once_its_cause_is_gone(shop):
    broken = [True]

    def act(event):
        if broken:
            raise BadInput("not yet")
        shop.effect(event)

    shop.deliver(Reaction("act", do=act))
    assert shop.run() == "dead"
    broken.clear()
    REPLAY(shop.id, actor=system())
    db.session.commit()
    assert (shop.run(), shop.effects()) == ("done", 1)


def test_a_second_click_on_replay_changes_nothing(shop):
    shop.deliver(Reaction("act", do=shop.effect))
    with pytest.raises(WrongState):
        REPLAY(shop.id, actor=system())
    shop.run()
    with pytest.raises(AlreadyDone):
        REPLAY(shop.id, actor=system())


def test_an_effect_that_was_had_before_counts_as_done(shop):
    def again(event):
        raise AlreadyDone("This was done before.")

    shop.deliver(Reaction("act", do=again))
    assert (shop.run(), shop.row().state) == ("done", "done")


def test_a_reaction_that_left_the_table_is_named_on_the_dead_letter(shop):
    shop.deliver(Reaction("act", do=shop.effect))
    shop.app.extensions["reactions"] = {}
    assert shop.run() == "dead"
    assert "No reaction “act”" in shop.row().error


def overtaken(shop) -> Reaction:
    """A reaction whose first run is so slow that a second worker runs it from start to end."""

    def act(loaded):
        if not shop.said:
            shop.said.append("first")
            with shop.app.app_context():
                shift("lease_until", -3600)
                shop.said.append(run_delivery(shop.app, shop.id))

    def save(event, loaded, result):
        shop.effect(event)

    return Reaction("act", load=lambda event: "x", act=act, save=save)


def test_a_worker_that_lost_its_lease_throws_its_work_away(shop):
    shop.deliver(overtaken(shop))
    assert shop.run() == "lost"
    assert shop.said == ["first", "done"]
    assert (shop.effects(), shop.row().state, shop.row().fence) == (1, "done", 2)


def test_control_without_the_fence_the_slow_worker_doubles_the_effect(shop, monkeypatch):
    monkeypatch.setattr(
        delivery_runner, "lock_claimed", lambda held: db.session.get(Delivery, held.delivery_id)
    )
    shop.deliver(overtaken(shop))
    shop.run()
    assert shop.effects() == 2


def test_a_lease_is_only_renewed_by_its_holder(shop):
    shop.deliver(Reaction("act", do=shop.effect))
    first = claim(shop.id, 20)
    db.session.commit()
    assert first is not None and claim(shop.id, 20) is None
    assert renew(first, 20)
    db.session.commit()
    shift("lease_until", -3600)
    second = claim(shop.id, 20)
    db.session.commit()
    assert second is not None and second.fence == first.fence + 1
    assert (renew(first, 20), renew(second, 20)) == (False, True)


def test_slow_work_keeps_its_lease_alive(shop, monkeypatch):
    from app.core.settings import current

    monkeypatch.setattr(
        delivery_runner,
        "current",
        lambda settings=current().model_copy(update={"lease_s": 1}): settings,
    )
    renewed = threading.Event()
    real = delivery_runner.renew

    def seen(held, lease_s):
        kept = real(held, lease_s)
        renewed.set()
        return kept

    monkeypatch.setattr(delivery_runner, "renew", seen)
    shop.deliver(
        Reaction("act", load=lambda e: 1, act=lambda _: renewed.wait(10), save=lambda *_: 0)
    )
    assert shop.run() == "done"
    assert renewed.is_set()


def test_the_slow_step_runs_with_no_transaction_and_no_connection_held(shop, committed):
    def act(loaded):
        shop.said.append(committed.engine.pool.checkedout())

    shop.deliver(Reaction("act", load=lambda e: 1, act=act, save=lambda *_: None))
    assert shop.run() == "done"
    assert shop.said == [0]


def test_nothing_to_do_ends_the_delivery_without_the_slow_step(shop):
    def act(loaded):
        raise AssertionError("must not run")

    shop.deliver(Reaction("act", load=lambda e: None, act=act, save=lambda *_: None))
    assert (shop.run(), shop.row().state) == ("done", "done")


def test_a_failed_slow_step_gives_its_claim_back_with_the_delivery(shop):
    def act(loaded):
        raise RuntimeError("away")

    def released(event, problem):
        say("thing.effected", data={"why": str(problem)})

    shop.deliver(Reaction("a", load=lambda e: 1, act=act, save=lambda *_: 0, released=released))
    assert (shop.run(), shop.row().state, shop.effects()) == ("retry", "pending", 1)


def test_the_last_failure_is_told_to_the_reaction_with_the_dead_mark(shop):
    def act(loaded):
        raise BadInput("never")

    def failed(event, problem):
        say("thing.effected", data={"why": str(problem)})

    shop.deliver(Reaction("a", load=lambda e: 1, act=act, save=lambda *_: 0, failed=failed))
    assert (shop.run(), shop.row().state, shop.effects()) == ("dead", "dead", 1)


def test_a_fault_while_giving_back_does_not_keep_the_delivery_from_going_back(shop):
    def act(loaded):
        raise RuntimeError("away")

    def released(event, problem):
        say("thing.effected")
        raise RuntimeError("and this too")

    shop.deliver(Reaction("a", load=lambda e: 1, act=act, save=lambda *_: 0, released=released))
    assert (shop.run(), shop.row().state, shop.effects()) == ("retry", "pending", 0)
