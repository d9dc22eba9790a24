"""Chains on a shop that goes on meanwhile, chains that are gone, and anchors outside the database."""

from __future__ import annotations

import threading
import uuid

import pytest
import sqlalchemy as sa

from app.core import chain, storage
from app.core.db import db
from app.core.events import Event
from app.core.invariants import find_break
from tests.core.thing import say

CHAINS = "Every chain of events is whole and unchanged"
ANCHORS = "No chain has lost events that were anchored outside the database"


def forge(committed, *statements, **values):
    """Change the database as somebody could who has its owner's password."""
    with committed.owner_engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE events DISABLE TRIGGER USER"))
        for statement in statements:
            connection.execute(sa.text(statement), values)
        connection.execute(sa.text("ALTER TABLE events ENABLE TRIGGER USER"))


@pytest.fixture
def shop(committed):
    with committed.app.app_context():
        yield committed
        db.session.remove()


def three_events():
    stream = uuid.uuid4()
    ids = [say(stream_id=stream, data={"n": n}).id for n in range(3)]
    db.session.commit()
    return stream, ids


def test_a_whole_shop_is_found_whole(shop):
    three_events()
    assert find_break(CHAINS) is None


def test_a_chain_that_lost_all_its_events_is_named(shop):
    stream, _ = three_events()
    three_events()
    db.session.remove()
    forge(shop, "DELETE FROM outbox", "DELETE FROM events WHERE stream_id = :s", s=stream)
    assert str(stream) in (find_break(CHAINS) or "")


def test_a_chain_that_grows_while_it_is_read_is_not_called_broken(shop, monkeypatch):
    stream, _ = three_events()
    follow, grown = chain._follow, []

    def reads_slowly(stream_id, events, *since):
        rows = list(events)
        if not grown:
            grown.append(True)
            writer = threading.Thread(target=append)
            writer.start()
            writer.join(timeout=10)
        return follow(stream_id, rows, *since)

    def append():
        with shop.app.app_context():
            say(stream_id=stream)
            db.session.commit()

    monkeypatch.setattr(chain, "_follow", reads_slowly)
    assert find_break(CHAINS) is None
    assert grown


def anchored():
    stream, ids = three_events()
    key = chain.anchor_heads()
    assert key is not None
    return stream, ids, key


def test_events_that_were_anchored_cannot_vanish_with_their_chain(shop):
    stream, _, key = anchored()
    db.session.remove()
    forge(
        shop,
        "DELETE FROM outbox",
        "DELETE FROM events WHERE stream_id = :s",
        "DELETE FROM event_streams WHERE stream_id = :s",
        s=stream,
    )
    assert find_break(CHAINS) is None
    assert str(stream) in (find_break(ANCHORS) or "")
    assert key in (find_break(ANCHORS) or "")


def test_an_anchor_that_is_gone_is_named(shop):
    _, _, key = anchored()
    storage.client().delete_object(Bucket=storage.current().s3_bucket, Key=key)
    assert find_break(ANCHORS) == f"Anchor {key} is missing from the storage."


def test_an_anchor_that_was_written_anew_is_named(shop):
    _, _, key = anchored()
    storage.client().put_object(Bucket=storage.current().s3_bucket, Key=key, Body=b'{"heads": {}}')
    assert find_break(ANCHORS) == f"Anchor {key} is not what was written there."


def test_the_application_cannot_forget_an_anchor(shop):
    anchored()
    for statement in ("DELETE FROM event_anchors", "UPDATE event_anchors SET sha256 = ''"):
        with pytest.raises(sa.exc.ProgrammingError):
            db.session.execute(sa.text(statement))
        db.session.rollback()


def test_the_next_anchor_holds_what_grew_since_and_none_is_made_where_nothing_did(shop):
    _, _, first = anchored()
    assert chain.anchor_heads() is None
    stream, _ = three_events()
    second = chain.anchor_heads()
    assert second not in {None, first}
    assert str(stream).encode() in storage.read_bytes(str(second))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Event)) == 6
