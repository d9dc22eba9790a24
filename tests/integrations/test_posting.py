from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import current_app
from pydantic import BaseModel

from app.core import relay, storage
from app.core.actor import system
from app.core.db import db
from app.core.deliveries import MAX_ATTEMPTS
from app.core.delivery_runner import run_delivery
from app.core.events import Event
from app.core.outbound.adapters import AdapterError, OutcomeUnknown, of_kind
from app.core.outbound.intent import OutboundIntent, intend
from app.integrations import invariants
from app.integrations.accounting.journal import Journal
from app.integrations.accounting.posting import intend_entries
from app.integrations.verbs import save_settings
from app.reactions import REACTIONS
from tests.core.thing import at_once, shift
from tests.integrations.conftest import a_closed_order, close
from tests.notify.conftest import an_order

TABLE = {name: REACTIONS[name] for name in ("order.closed", "sync.intended")}


@pytest.fixture
def shop(committed):
    with committed.app.app_context():
        yield committed.app
        db.session.remove()


def deliver_later(order):
    """Close the order and let its entry be intended; return the id of the delivery that writes it."""
    close(order)
    db.session.commit()
    (intends,) = drained("journal")
    assert run_delivery(current_app._get_current_object(), intends) == "done"
    return next(iter(drained("write")), None)


def drained(reaction: str) -> list:
    while relay.drain(TABLE):
        pass
    ids = sa.text("SELECT id FROM event_deliveries WHERE reaction = :reaction ORDER BY id")
    return list(db.session.scalars(ids, {"reaction": reaction}))


def intent() -> OutboundIntent:
    db.session.rollback()
    return db.session.scalars(
        sa.select(OutboundIntent).execution_options(populate_existing=True)
    ).one()


def names() -> list[str]:
    query = sa.select(Event.name).where(Event.name.like("sync.%")).order_by(Event.id)
    return list(db.session.scalars(query))


def test_a_closed_order_is_one_entry_in_the_books(shop):
    order = a_closed_order()
    assert run_delivery(shop, deliver_later(order)) == "done"
    row = intent()
    assert (row.state, row.attempts, row.adapter_key) == ("sent", 1, "journal")
    assert row.payload["total_minor"] == 13628
    text = storage.read_bytes(row.outcome["storage_key"]).decode()
    assert "EUR 136.28" in text
    assert names() == ["sync.intended", "sync.sent"]


def test_an_order_without_an_agreed_price_is_not_booked(shop):
    order = a_closed_order(accepted=False)
    assert deliver_later(order) is None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OutboundIntent)) == 0


def test_a_job_that_arrives_twice_books_once(shop):
    delivery = deliver_later(a_closed_order())
    assert [run_delivery(shop, delivery) for _ in range(2)] == ["done", "skipped"]
    assert names() == ["sync.intended", "sync.sent"]


def test_four_workers_at_once_book_once(shop):
    delivery = deliver_later(a_closed_order())
    at_once(shop, 4, lambda _: run_delivery(shop, delivery))
    assert names() == ["sync.intended", "sync.sent"]


def test_a_worker_killed_after_the_write_finds_what_it_wrote(shop, monkeypatch):
    class Killed(BaseException):
        pass

    real = Journal.perform_write

    def dying(self, request):
        real(self, request)
        raise Killed

    delivery = deliver_later(a_closed_order())
    with monkeypatch.context() as patched:
        patched.setattr(Journal, "perform_write", dying)
        with pytest.raises(Killed):
            run_delivery(shop, delivery)
    assert intent().state == "sending"
    shift("lease_until", -3600)
    assert run_delivery(shop, delivery) == "done"
    assert (intent().state, names()) == ("sent", ["sync.intended", "sync.sent"])


def test_a_cut_off_write_that_cannot_be_looked_up_is_unknown_never_doubled(shop, monkeypatch):
    calls = []

    class Blind(Journal):
        abilities = frozenset()

        def perform_write(self, request):
            calls.append(request.key)
            raise KeyboardInterrupt

        def find_written(self, request):
            raise OutcomeUnknown("Nobody can look.")

    monkeypatch.setitem(of_kind("accounting"), "journal", Blind)
    delivery = deliver_later(a_closed_order())
    with pytest.raises(KeyboardInterrupt):
        run_delivery(shop, delivery)
    db.session.rollback()
    shift("lease_until", -3600)
    assert run_delivery(shop, delivery) == "done"
    assert (intent().state, len(calls)) == ("unknown", 1)
    assert names() == ["sync.intended", "sync.unknown"]


class Away(Journal):
    permanent = False

    def perform_write(self, request):
        raise AdapterError("The books are closed for the night.", permanent=self.permanent)


def test_a_system_that_is_away_is_tried_later(shop, monkeypatch):
    delivery = deliver_later(a_closed_order())
    with monkeypatch.context() as away:
        away.setitem(of_kind("accounting"), "journal", Away)
        assert run_delivery(shop, delivery) == "retry"
        assert (intent().state, "closed for the night" in intent().error) == ("intended", True)
    assert run_delivery(shop, delivery) == "done"
    assert (intent().state, intent().attempts, intent().error) == ("sent", 2, None)


def test_after_the_last_try_the_intent_has_failed_and_says_why(shop, monkeypatch):
    monkeypatch.setitem(of_kind("accounting"), "journal", Away)
    delivery = deliver_later(a_closed_order())
    results = [run_delivery(shop, delivery) for _ in range(MAX_ATTEMPTS)]
    assert results[-1] == "dead"
    assert (intent().state, names()[-1]) == ("failed", "sync.failed")


def test_what_the_other_side_refuses_for_good_fails_at_once(shop, monkeypatch):
    class Refusing(Away):
        permanent = True

    monkeypatch.setitem(of_kind("accounting"), "journal", Refusing)
    assert run_delivery(shop, deliver_later(a_closed_order())) == "done"
    assert intent().state == "failed"


def test_intending_twice_is_one_intent(session):
    order = an_order()
    first, is_new = intend("accounting", "journal", order, {"a": 1}, key="k")
    again, is_new_again = intend("accounting", "journal", order, {"a": 2}, key="k")
    assert (again.id, again.payload) == (first.id, {"a": 1})
    assert (is_new, is_new_again) == (True, False)


def test_closing_delivered_twice_is_one_intent_and_one_event(session):
    event = close(a_closed_order())
    for _ in range(2):
        intend_entries(event)
    assert names() == ["sync.intended"]


def test_an_entry_that_a_former_version_had_begun_goes_on(session):
    event = close(a_closed_order())
    intend_entries(event)
    begun = session.scalars(sa.select(OutboundIntent)).one()
    begun.state, begun.attempts = "sending", 1
    intend_entries(event)
    assert names() == ["sync.intended", "sync.intended"]


def test_each_accounting_system_that_is_set_up_gets_its_own_entry(session, monkeypatch):
    class Account(BaseModel, frozen=True):
        region: str = "eu"

    class Other(Journal):
        key, name, Settings = "other", "Other books", Account

    monkeypatch.setitem(of_kind("accounting"), "other", Other)
    intend_entries(close(a_closed_order()))
    save_settings("accounting.other", {"region": "us"}, actor=system())
    intend_entries(close(a_closed_order()))
    found = session.scalars(sa.select(OutboundIntent.adapter_key).order_by(OutboundIntent.id))
    assert sorted(found) == ["journal", "journal", "other"]


def test_the_invariants_hold_and_name_what_breaks_them(shop):
    assert run_delivery(shop, deliver_later(a_closed_order())) == "done"
    assert [*invariants.booked_as_agreed(), *invariants.entries_stored()] == []
    assert [*invariants.booked_by_rate()] == []
    row = intent()
    taxes = row.payload["taxes"]
    row.payload = row.payload | {"taxes": [{**taxes[0], "amount_minor": 1}]}
    db.session.flush()
    assert "tax 1" in next(invariants.booked_by_rate())
    row.payload = row.payload | {"total_minor": 1}
    row.outcome = row.outcome | {"sha256": "0" * 64}
    db.session.flush()
    assert "1 is booked, 13628 was agreed" in next(invariants.booked_as_agreed())
    assert "was changed after" in next(invariants.entries_stored())
