"""Labels, journal entries and open messages of a former version are outbound intents after the upgrade."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from app import declarations
from app.core.actor import system
from app.core.db import db
from app.core.invariants import find_break
from app.fulfilment import services as fulfilment
from app.fulfilment import verbs
from app.integrations.accounting.posting import intend_entries
from tests.conftest import Committed
from tests.fulfilment.conftest import all_good, get_label
from tests.integrations.conftest import a_closed_order, close
from tests.order_rows import placed_order

PROVED = (
    "No label was bought twice",
    "Each message is as its write to the channel ended",
    "What the books say of an order is what was agreed",
)
BEFORE = "0017_lines_without_terms"
STATES = sa.text("SELECT kind, state, payload, attempts FROM outbound_intents ORDER BY kind, id")


@pytest.fixture
def flask_db(committed: Committed) -> Any:
    def run(*arguments: str) -> None:
        told = committed.app.test_cli_runner().invoke(args=["db", *arguments])
        assert told.exit_code == 0, told.output

    return run


@pytest.fixture
def written(committed: Committed) -> list[Any]:
    """A label that was bought, one that is being bought, an entry, and messages; as they are stored."""
    people = SimpleNamespace(warehouse=system())
    with committed.app.app_context():
        for state in ("labelled", "packed"):
            order = placed_order((10,))
            shipment = fulfilment.create_shipment(
                order.id, good_by_line=all_good(order), actor=system()
            )
            verbs.start_picking(shipment.id, actor=system())
            verbs.pack(shipment.id, 640, actor=system())
            if state == "labelled":
                get_label(shipment, people)
            else:
                verbs.buy_label(shipment.id, actor=system()).state = "sending"
        intend_entries(close(a_closed_order()))
        db.session.commit()
    with committed.owner_engine.connect() as connection:
        return [tuple(row) for row in connection.execute(STATES)]


def test_going_back_and_forth_keeps_every_write_with_its_state(
    committed: Committed, flask_db: Any, written: list[Any]
) -> None:
    assert [(kind, state) for kind, state, *_ in written] == [
        ("accounting", "intended"), ("carrier", "sent"), ("carrier", "sending"),
    ]  # fmt: skip
    flask_db("downgrade", BEFORE)
    with committed.owner_engine.begin() as connection:
        former = connection.execute(sa.text("SELECT state FROM label_intents ORDER BY id"))
        assert former.scalars().all() == ["bought", "buying"]
        assert connection.scalar(sa.text("SELECT state FROM sync_intents")) == "intended"
        assert connection.scalar(sa.text("SELECT to_regclass('outbound_intents')")) is None
    flask_db("upgrade")
    with committed.owner_engine.connect() as connection:
        assert [tuple(row) for row in connection.execute(STATES)] == written
    with committed.app.app_context():
        declarations.load(declarations.INVARIANTS)
        assert [find_break(name) for name in PROVED] == [None, None, None]


def test_a_message_that_waited_is_sent_by_its_intent_after_the_upgrade(
    committed: Committed, flask_db: Any
) -> None:
    states = ("queued", "sending", "sent", "failed")
    flask_db("downgrade", BEFORE)
    with committed.owner_engine.begin() as connection:
        for state in states:
            connection.execute(
                sa.text(
                    "INSERT INTO messages (id, idempotency_key, channel, recipient, template, "
                    "subject, body_text, body_html, state, attempts) VALUES (gen_random_uuid(), "
                    ":state, 'email', 'ada@example.com', 'shipped', 'S', '', '', :state, 1)"
                ),
                {"state": state},
            )
    flask_db("upgrade")
    with committed.owner_engine.connect() as connection:
        carried = connection.execute(
            sa.text(
                "SELECT m.state, i.state FROM messages m JOIN outbound_intents i "
                "ON i.subject_id = m.id AND i.kind = 'channel' AND i.adapter_key = 'email'"
            )
        )
        assert sorted(tuple(row) for row in carried) == [
            ("failed", "failed"), ("queued", "intended"), ("sending", "sending"),
        ]  # fmt: skip


def test_label_numbers_go_on_where_they_were(committed: Committed, flask_db: Any) -> None:
    following = sa.text("SELECT nextval('label_numbers')")
    with committed.owner_engine.begin() as connection:
        first = connection.scalar(following)
    flask_db("downgrade", BEFORE)
    with committed.owner_engine.begin() as connection:
        again = connection.scalar(
            sa.text("SELECT nextval(pg_get_serial_sequence('label_intents', 'sequence'))")
        )
    assert again > first
