"""Personal data stands beside the events: sealed, erasable, and provable."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, text

from app.core import chain
from app.core.actor import Actor, system
from app.core.db import db
from app.core.events import Event, personal
from app.core.events.personal import ERASED, EventPersonal, erase
from app.core.invariants import find_break
from app.customers import services as customers
from app.orders import verbs as order_verbs
from tests.order_rows import placed_order

SEALED = (
    "Personal data stands beside the events, never in them, and is what the events were sealed over"
)
ADA = Actor("staff", None, "Ada Example", "backoffice", frozenset({"*"}))


def one(name: str) -> Event:
    db.session.expire_all()
    return db.session.scalars(select(Event).where(Event.name == name)).one()


def in_clear() -> str:
    """Everything that the events' own rows hold, as text."""
    return str(db.session.scalar(text("SELECT string_agg(e::text, ' ') FROM events e")))


@pytest.fixture
def held(session: Any) -> Event:
    order = placed_order()
    order_verbs.hold(order.id, "Ada Lovelace has moved to 12 Hill Street.", actor=ADA)
    return one("order.held")


def test_an_event_shows_personal_data_that_its_row_does_not_hold(held: Event) -> None:
    assert held.after == {"hold_reason": "Ada Lovelace has moved to 12 Hill Street."}
    assert held.actor_label == "Ada Example"
    assert "Lovelace" not in in_clear() and "Ada Example" not in in_clear()
    assert held.sealed_after is not None
    assert str(held.sealed_after["hold_reason"]).startswith("sealed:")
    assert held.before == {"hold_reason": None}


def test_an_erased_value_is_gone_and_everything_still_proves(held: Event) -> None:
    assert erase([held.id]) == 2
    held = one("order.held")
    assert (held.actor_label, held.after) == (ERASED, {"hold_reason": ERASED})
    assert chain.verify(held.stream_id) is None
    assert find_break(SEALED) is None
    kept = db.session.scalars(select(EventPersonal).where(EventPersonal.event_id == held.id))
    assert kept.all() == []


def test_the_same_value_has_another_seal_each_time(session: Any) -> None:
    for _ in range(2):
        order_verbs.hold(placed_order().id, "The same.", actor=ADA)
    seals = session.scalars(select(Event.sealed_after).where(Event.name == "order.held")).all()
    assert len({seal["hold_reason"] for seal in seals}) == 2


def test_a_contact_s_change_leaves_nothing_of_them_in_the_chain(session: Any) -> None:
    contact = customers.find_or_create_contact(
        name="Grace Example", email="grace@example.com", phone="", company="", actor=system()
    )
    assert contact.name == "Grace Example"
    event = one("contact.created")
    assert event.after is not None
    assert event.after["email"] == "grace@example.com"
    assert "grace@example.com" not in in_clear()


def test_what_no_person_did_names_the_shop_in_clear(session: Any) -> None:
    order = placed_order()
    order_verbs.hold(order.id, "Why.", actor=system())
    assert one("order.held").sealed_actor_label == "Makeready"


@pytest.mark.parametrize(
    "spoil",
    [
        "UPDATE event_personal SET value = '\"Somebody Else\"' WHERE field = 'actor'",
        "UPDATE event_personal SET salt = 'another' WHERE field = 'after.hold_reason'",
    ],
)
def test_a_value_that_was_changed_is_named(held: Event, spoil: str) -> None:
    assert find_break(SEALED) is None
    db.session.execute(text(spoil))
    assert "was changed after it was written" in str(find_break(SEALED))


def test_a_value_in_clear_is_named(session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    # as a version of the shop wrote it that sealed nothing
    monkeypatch.setattr(personal.Sealer, "side", lambda self, side, values: values)
    order_verbs.hold(placed_order().id, "Why.", actor=system())
    assert "holds after.hold_reason in clear" in str(find_break(SEALED))
