"""A shop that upgrades sends no message twice and loses none that was still to be queued."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import sqlalchemy as sa

from app.core.clock import now
from app.core.db import db
from app.core.deliveries import Delivery
from app.core.delivery_runner import run_delivery
from app.core.events import Event
from app.notify import services
from app.notify.models import Message
from tests.conftest import Committed
from tests.notify.occasions import happens

BEFORE = "0019_old_intents"


def delivery(event: Event, state: str) -> uuid.UUID:
    row = Delivery(
        event_id=event.id, reaction="queue_messages", queue="events", state=state, attempts=0,
        due_at=now(),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row.id


@pytest.fixture
def upgraded(committed: Committed) -> tuple[uuid.UUID, uuid.UUID, uuid.UUID]:
    """Event with a message of before, and an event with its delivery that still waited then."""

    def flask_db(*arguments: str) -> None:
        told = committed.app.test_cli_runner().invoke(args=["db", *arguments])
        assert told.exit_code == 0, told.output

    with committed.app.app_context():
        sent, waiting = happens("quote.sent"), happens("order.placed")
        services.queue_messages(sent)
        delivery(sent, "done")
        ids = sent.id, waiting.id, delivery(waiting, "pending")
        db.session.commit()
    flask_db("downgrade", BEFORE)
    with committed.owner_engine.begin() as connection:
        old_key = sa.text("UPDATE messages SET idempotency_key = event_id || ':' || template")
        connection.execute(old_key)
        names = connection.scalars(sa.text("SELECT reaction FROM event_deliveries ORDER BY state"))
        assert list(names) == ["queue_messages", "letter"]
    flask_db("upgrade")
    return ids


def messages_of(event_id: uuid.UUID) -> list[str]:
    query = sa.select(Message.template).where(Message.event_id == event_id)
    return list(db.session.scalars(query))


def test_a_message_of_before_the_upgrade_is_not_queued_again(
    committed: Committed, upgraded: Any
) -> None:
    event_id, _, _ = upgraded
    with committed.app.app_context():
        services.queue_messages(db.session.get_one(Event, event_id))
        db.session.commit()
        assert messages_of(event_id) == ["quote_ready"]


def test_a_delivery_that_waited_during_the_upgrade_queues_its_message(
    committed: Committed, upgraded: Any
) -> None:
    _, event_id, delivery_id = upgraded
    with committed.app.app_context():
        assert run_delivery(committed.app, delivery_id) == "done"
        assert messages_of(event_id) == ["order_placed"]
