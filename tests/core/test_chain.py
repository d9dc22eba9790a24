"""Chains on a shop that goes on meanwhile, chains that are gone, and anchors outside the database."""

from __future__ import annotations

import json
import threading
import uuid

import pytest
import sqlalchemy as sa
from botocore.exceptions import ClientError

from app.cli.embedded import seaweedfs
from app.core import anchor_store, anchors, chain, settings, storage
from app.core.anchor_keys import make_keys, sign
from app.core.db import db
from app.core.events import Event
from app.core.invariants import find_break
from tests.core.thing import say
from tests.servers import ensure

CHAINS = "Every chain of events is whole and unchanged"
ROWS = "Every anchor in storage has its row"
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
    key = anchors.anchor_heads()
    assert key is not None
    return stream, ids, key


def keeper():
    """The storage as its administrator: nobody else can touch what lies there."""
    return storage.client(seaweedfs.admin_settings(ensure())), storage.current().anchor_bucket


def forget_rows(committed):
    with committed.owner_engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE event_anchors DISABLE TRIGGER USER"))
        connection.execute(sa.text("DELETE FROM event_anchors"))


def cut_tail(committed, stream):
    """Take the newest event and everything that tells of it: the chain verifies by itself."""
    forge(
        committed,
        "DELETE FROM outbox",
        "DELETE FROM events WHERE stream_id = :s AND stream_seq = 3",
        "UPDATE event_streams SET head_seq = 2, head_hash = (SELECT hash FROM events "
        "WHERE stream_id = :s AND stream_seq = 2) WHERE stream_id = :s",
        s=stream,
    )


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


@pytest.mark.parametrize("later", [0, 3])
def test_a_cut_tail_is_named_though_the_rows_of_anchors_are_gone_too(shop, later):
    stream, _, key = anchored()
    for _ in range(later):
        three_events()
        anchors.anchor_heads()
    db.session.remove()
    cut_tail(shop, stream)
    forget_rows(shop)
    assert find_break(CHAINS) is None
    for _ in range(5):
        assert find_break(ANCHORS) == f"Chain {stream}: event 3 differs from anchor {key}."
        three_events()
        anchors.anchor_heads()  # what comes later hides nothing


def test_an_anchor_whose_row_was_removed_is_named(shop):
    _, _, key = anchored()
    assert find_break(ROWS) is None
    db.session.remove()
    forget_rows(shop)
    assert find_break(ANCHORS) is None
    assert (
        find_break(ROWS)
        == f"Anchor {key} is in storage, but its row was removed from the database."
    )


def test_an_anchor_that_is_gone_is_named(shop):
    keys = [anchored()[2] for _ in range(3)]
    client, bucket = keeper()
    for key in (keys[1], keys[2], keys[0]):
        body = anchor_store.read(key)
        client.delete_object(Bucket=bucket, Key=key)
        assert find_break(ANCHORS) == f"Anchor {key} is missing from the storage."
        client.put_object(Bucket=bucket, Key=key, Body=body)
        assert find_break(ANCHORS) is None


def test_a_missing_anchor_is_named_though_its_row_is_gone_too(shop):
    keys = [anchored()[2] for _ in range(3)]
    client, bucket = keeper()
    client.delete_object(Bucket=bucket, Key=keys[1])
    db.session.remove()
    forget_rows(shop)
    assert find_break(ANCHORS) == f"Anchor {keys[1]} is missing from the storage."


def test_an_anchor_that_was_written_anew_is_named(shop):
    """By whoever holds storage and database but not the key that signs, or by an anchor of another place."""
    first, second = anchored()[2], anchored()[2]
    client, bucket = keeper()
    other, _ = make_keys()
    outer = json.loads(anchor_store.read(second))
    forged = outer["anchor"].replace('"heads"', '"heads" ')
    for body in (
        b'{"heads": {}}',
        b"\xff\x00",
        b"[]",
        json.dumps(outer | {"anchor": forged}).encode(),
        json.dumps({"anchor": forged, "signature": sign(forged, other)}).encode(),
        anchor_store.read(first),
    ):
        client.put_object(Bucket=bucket, Key=second, Body=body)
        words = f"Anchor {second} is not signed with this shop's key for its place."
        assert find_break(ANCHORS) == words


def test_the_shop_itself_can_read_anchors_and_write_none(shop):
    _, _, key = anchored()
    client, bucket = storage.client(), storage.current().anchor_bucket
    assert client.get_object(Bucket=bucket, Key=key)["Body"].read()
    for attack in (
        lambda: client.put_object(Bucket=bucket, Key=key, Body=b"x"),
        lambda: client.put_object(Bucket=bucket, Key=f"{key}.new", Body=b"x"),
        lambda: client.delete_object(Bucket=bucket, Key=key),
        lambda: client.delete_bucket(Bucket=bucket),
        lambda: client.put_bucket_policy(Bucket=bucket, Policy="{}"),
    ):
        with pytest.raises(ClientError, match="AccessDenied"):
            attack()


def test_nobody_removes_an_anchor_where_the_storage_locks(shop):
    values = ensure()
    client, _ = keeper()
    locked = f"event-anchors-{uuid.uuid4().hex[:12]}"
    assert anchor_store.make_bucket(client, locked) is True
    assert anchor_store.make_bucket(client, locked) is True
    keys = {
        f"s3_{part}_key": values[f"ANCHOR_S3_{part.upper()}_KEY"] for part in ("access", "secret")
    }
    writer = storage.client(storage.current().model_copy(update=keys))
    written = writer.put_object(Bucket=locked, Key="one", Body=b"1")
    for who in (writer, client):
        for which in ({}, {"VersionId": written["VersionId"]}):
            with pytest.raises(ClientError, match="AccessDenied"):
                who.delete_object(Bucket=locked, Key="one", **which)
    with pytest.raises(ClientError, match="AccessDenied"):
        writer.put_object(Bucket=storage.current().s3_bucket, Key="one", Body=b"")
    writer.put_object(Bucket=locked, Key="one", Body=b"2")  # beside the first, which stays
    first = {"Bucket": locked, "Key": "one", "VersionId": written["VersionId"]}
    assert client.get_object(**first)["Body"].read() == b"1"


def test_without_its_keys_the_anchoring_process_says_what_to_do(shop):
    three_events()
    before = settings.current()
    try:
        settings.use(before.model_copy(update={"anchor_signing_key": None}))
        with pytest.raises(settings.BadSettings, match="flask anchors keys"):
            anchors.anchor_heads()
        settings.use(before.model_copy(update={"anchor_signing_key": make_keys()[0]}))
        with pytest.raises(settings.BadSettings, match="not of one pair"):
            anchors.anchor_heads()
        settings.use(before.model_copy(update={"anchor_public_key": None}))
        assert "ANCHOR_PUBLIC_KEY is not set" in (find_break(ANCHORS) or "")
    finally:
        settings.use(before)
    assert anchors.anchor_heads() is not None


def test_the_application_cannot_forget_an_anchor(shop):
    anchored()
    for statement in ("DELETE FROM event_anchors", "UPDATE event_anchors SET sha256 = ''"):
        with pytest.raises(sa.exc.ProgrammingError):
            db.session.execute(sa.text(statement))
        db.session.rollback()


def test_the_next_anchor_holds_what_grew_since_and_none_is_made_where_nothing_did(shop):
    _, _, first = anchored()
    assert anchors.anchor_heads() is None
    stream, _ = three_events()
    second = anchors.anchor_heads()
    assert second not in {None, first}
    assert str(stream).encode() in anchor_store.read(str(second))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Event)) == 6
