"""Events that held personal data in clear are sealed by the upgrade, and their chains still prove."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from app.core import anchor_store, anchors, chain
from app.core.canonical import moment_text, sha256_of
from app.core.db import db
from app.core.events import GENESIS, Event
from app.core.invariants import find_break
from tests.conftest import Committed

BEFORE = "0027_search_entries"
INVARIANTS = (
    "Every chain of events is whole and unchanged",
    "No chain has lost events that were anchored outside the database",
    "Personal data stands beside the events, never in them, and is what the events were sealed over",
)
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
INSERT = sa.text(
    "INSERT INTO events (id, name, subject_kind, subject_id, stream_id, stream_seq, actor_kind, "
    "actor_id, actor_label, door, before, after, data, at, prev_hash, hash) VALUES (:id, :name, "
    "'orders', :stream, :stream, :seq, 'customer', NULL, :label, 'link', NULL, CAST(:after AS jsonb), "
    "CAST(:data AS jsonb), :at, :prev, :hash)"
)


@pytest.fixture
def flask_db(committed: Committed) -> Any:
    def run(*arguments: str) -> None:
        told = committed.app.test_cli_runner().invoke(args=["db", *arguments])
        assert told.exit_code == 0, told.output

    return run


def old_chain(connection: sa.Connection) -> tuple[uuid.UUID, list[str]]:
    """Two events as they were written before, in clear; returns the chain and its hashes."""
    stream, prev, hashes = uuid.uuid4(), GENESIS, []
    connection.execute(
        sa.text("INSERT INTO event_streams VALUES (:id, 0, :hash)"), {"id": stream, "hash": prev}
    )
    told: tuple[tuple[str, Any, Any], ...] = (
        ("order.held", {"hold_reason": "Ada Lovelace moved."}, None),
        ("order.cancelled", {"state": "cancelled"}, {"reason": "Ada said so."}),
    )
    for seq, (name, after, data) in enumerate(told, 1):
        event = {"id": uuid.uuid4(), "name": name, "stream": stream, "seq": seq}
        content = {
            "id": str(event["id"]),
            "name": name,
            "subject": ["orders", str(stream)],
            "stream": [str(stream), seq],
            "actor": ["customer", "None", "Ada Lovelace"],
            "door": "link",
            "before": None,
            "after": after,
            "data": data,
            "at": moment_text(AT),
            "prev": prev,
        }
        hashes.append(sha256_of(content))
        more = {"label": "Ada Lovelace", "at": AT, "prev": prev, "hash": hashes[-1]}
        sides = {"after": json.dumps(after), "data": json.dumps(data) if data else None}
        connection.execute(INSERT, {**event, **more, **sides})
        prev = hashes[-1]
    head = {"id": stream, "hash": prev}
    connection.execute(
        sa.text("UPDATE event_streams SET head_seq = 2, head_hash = :hash WHERE stream_id = :id"),
        head,
    )
    return stream, hashes


def test_chains_are_sealed_and_everything_still_proves(committed: Committed, flask_db: Any) -> None:
    flask_db("downgrade", BEFORE)
    with committed.owner_engine.begin() as connection:
        stream, hashes = old_chain(connection)
    flask_db("upgrade")
    with committed.owner_engine.connect() as connection:
        everything = sa.text("SELECT string_agg(e::text, ' ') FROM events e")
        assert "Ada" not in str(connection.scalar(everything))
    with committed.app.app_context():
        rows = db.session.scalars(
            sa.select(Event).where(Event.stream_id == stream).order_by(Event.stream_seq)
        ).all()
        assert [row.after for row in rows] == [
            {"hold_reason": "Ada Lovelace moved."},
            {"state": "cancelled"},
        ]
        assert rows[1].data == {"reason": "Ada said so."}
        assert {row.actor_label for row in rows} == {"Ada Lovelace"}
        assert [row.former_hash for row in rows] == hashes
        assert chain.verify(stream) is None
        assert [find_break(name) for name in INVARIANTS] == [None] * 3


def test_an_anchor_of_before_still_proves_and_the_next_holds_every_chain(
    committed: Committed, flask_db: Any
) -> None:
    flask_db("downgrade", BEFORE)
    with committed.owner_engine.begin() as connection:
        stream, hashes = old_chain(connection)
    body = json.dumps({"heads": {str(stream): [2, hashes[-1]]}}).encode()
    key = f"anchors/tests/{uuid.uuid4()}.json"
    with committed.app.app_context():
        import hashlib

        from app.core import storage

        storage.put_bytes(key, body, "application/json")
        digest = hashlib.sha256(body).hexdigest()
    with committed.owner_engine.begin() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO event_anchors (id, storage_key, sha256, upto) "
                "SELECT gen_random_uuid(), :key, :digest, id FROM events LIMIT 1"
            ),
            {"key": key, "digest": digest},
        )
    flask_db("upgrade")
    with committed.app.app_context():
        assert find_break(INVARIANTS[1]) is None
        written = anchors.anchor_heads()
        assert written is not None
        heads = json.loads(json.loads(anchor_store.read(written))["anchor"])["heads"]
        assert heads[str(stream)][1] not in hashes
        assert find_break(INVARIANTS[1]) is None


def test_a_chain_that_somebody_changed_stays_as_it_is_and_is_named(
    committed: Committed, flask_db: Any
) -> None:
    flask_db("downgrade", BEFORE)
    with committed.owner_engine.begin() as connection:
        stream, hashes = old_chain(connection)
        connection.execute(sa.text("ALTER TABLE events DISABLE TRIGGER USER"))
        changed = sa.text("UPDATE events SET door = 'api' WHERE stream_id = :s AND stream_seq = 1")
        connection.execute(changed, {"s": stream})
        connection.execute(sa.text("ALTER TABLE events ENABLE TRIGGER USER"))
    flask_db("upgrade")
    with committed.app.app_context():
        assert str(stream) in str(find_break(INVARIANTS[0]))
        kept = sa.select(Event.hash).where(Event.stream_id == stream).order_by(Event.stream_seq)
        assert db.session.scalars(kept).all() == hashes
