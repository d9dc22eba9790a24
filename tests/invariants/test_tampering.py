"""Whoever changes the shop's past behind its back is found by `flask check`, which names the row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from app.core import storage
from tests.invariants.conftest import Shop

UNSWITCHED = "Versions, reports, proofs and approvals are written once"
SEALED = "What is written once is as it was written"
CHAINS = "Every chain of events is whole and unchanged"
NEWEST = (
    "(SELECT e.id FROM events e JOIN orders o ON o.id = e.stream_id "
    "ORDER BY e.stream_seq DESC LIMIT 1)"
)
MIDDLE = "(SELECT e.id FROM events e JOIN orders o ON o.id = e.stream_id WHERE e.stream_seq = 5)"
FIRST = "(SELECT id FROM {} ORDER BY id LIMIT 1)"


def broken(shop: Shop) -> dict[str, str]:
    code, found = shop.check()
    found.pop(UNSWITCHED, None)  # the test itself switched the triggers off
    assert code == 1
    return found


def test_the_whole_way_of_an_order_breaks_no_promise(built: Shop) -> None:
    code, found = built.check()
    assert found == {}
    assert code == 0


def test_triggers_that_are_switched_off_are_told(shop: Shop) -> None:
    assert shop.ask(UNSWITCHED)


@pytest.mark.parametrize(
    "change",
    [
        "data = '{\"forged\": true}'",
        "before = NULL",
        "actor_label = 'Somebody Else'",
        "at = at - interval '1 day'",
        "name = 'order.forged'",
        "seals = NULL",
        "subject_id = gen_random_uuid()",
        "door = 'api'",
    ],
)
def test_an_event_that_was_changed_is_named(shop: Shop, change: str) -> None:
    # one with a value in each of these columns
    row = shop.one("SELECT id FROM events WHERE before IS NOT NULL AND seals IS NOT NULL LIMIT 1")
    shop.run(f"UPDATE events SET {change} WHERE id = :id", id=row)
    assert str(row) in shop.ask(CHAINS)


@pytest.mark.parametrize("which", [NEWEST, MIDDLE], ids=["newest", "middle"])
def test_an_event_that_was_removed_is_missed(shop: Shop, which: str) -> None:
    row = shop.run(f"SELECT id, stream_id FROM events WHERE id = {which}").one()
    shop.run("DELETE FROM event_deliveries WHERE event_id = :id", id=row.id)
    shop.run("DELETE FROM outbox WHERE event_id = :id", id=row.id)
    shop.run("DELETE FROM events WHERE id = :id", id=row.id)
    assert str(row.stream_id) in shop.ask(CHAINS)


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("approvals", "typed_name = 'Somebody Else'"),
        ("approvals", "note = 'as agreed by telephone'"),
        ("approvals", "rule = '{}'"),
        ("approvals", "actor_label = 'Somebody Else'"),
        ("artwork_versions", "file_name = 'other.pdf'"),
        ("preflight_reports", "findings = '[]'"),
        ("proofs", "job_data = '{}'"),
        ("quotes", "lines = jsonb_set(lines, '{0,product_name}', '\"Another\"')"),
        ("quotes", "net_minor = net_minor + 1, total_minor = total_minor + 1"),
        ("quotes", "valid_until = valid_until + 1"),
        ("quote_answers", "typed_name = 'Somebody Else'"),
        ("stock_movements", "quantity = quantity + 0.001"),
        ("stock_movements", "reason = 'count'"),
        ("quantity_events", "good = good + 1"),
        ("shipment_lines", "quantity = quantity - 1"),
        ("work_orders", "approved_sha256 = repeat('0', 64)"),
    ],
)
def test_what_is_written_once_and_was_changed_is_named(shop: Shop, table: str, change: str) -> None:
    row = shop.one(f"SELECT id FROM {table} ORDER BY id LIMIT 1")
    shop.run(f"UPDATE {table} SET {change} WHERE id = :id", id=row)
    assert shop.ask(SEALED) == f"{table} {row} was changed after it was written."


@pytest.mark.parametrize(
    "table", ["quote_answers", "approvals", "stock_movements", "quantity_events", "shipment_lines"]
)
def test_what_is_written_once_and_was_removed_is_named(shop: Shop, table: str) -> None:
    row = shop.one(f"SELECT id FROM {table} ORDER BY id DESC LIMIT 1")
    shop.run(f"DELETE FROM {table} WHERE id = :id", id=row)
    assert shop.ask(SEALED) == f"{table} {row} was removed after it was written."


def test_an_approval_that_was_written_by_hand_is_named(shop: Shop) -> None:
    row = shop.one(
        "INSERT INTO approvals SELECT (jsonb_populate_record(a, jsonb_build_object("
        "'id', gen_random_uuid(), 'position', a.position + 100))).* FROM approvals a "
        "ORDER BY id LIMIT 1 RETURNING id"
    )
    said = shop.ask(SEALED)
    assert said == f"approvals {row} was written past the shop: no event knows it."


@pytest.mark.parametrize(
    ("statement", "invariant", "names"),
    [
        (
            "UPDATE stock_levels SET on_hand = on_hand + 1 WHERE item_id = (SELECT item_id FROM "
            "stock_movements ORDER BY id LIMIT 1)",
            "What is on hand of each item is the sum of its movements",
            "SELECT i.sku FROM stock_items i JOIN stock_movements m ON m.item_id = i.id "
            "ORDER BY m.id LIMIT 1",
        ),
        (
            "UPDATE stock_levels SET reserved = 1 WHERE item_id = (SELECT item_id FROM "
            "stock_levels WHERE reserved = 0 AND on_hand > 1 ORDER BY item_id LIMIT 1)",
            "What is reserved of each item is what open reservations still hold",
            "SELECT i.sku FROM stock_items i JOIN stock_levels l ON l.item_id = i.id "
            "WHERE l.reserved = 1 ORDER BY i.id LIMIT 1",
        ),
        (
            "UPDATE jobs SET quantity = quantity + 1",
            "A line's first job makes what was ordered",
            "SELECT 'J-' || serial FROM jobs ORDER BY serial LIMIT 1",
        ),
        (
            "UPDATE order_lines SET price_minor = price_minor - 100",
            "A placed order's agreed lines are those of its accepted quote",
            "SELECT 'MR-' || number FROM orders LIMIT 1",
        ),
        (
            "UPDATE quotes SET lines = jsonb_set(lines, '{0,rows,0,amount_minor}', '1')",
            "Each stored quote re-computes to itself",
            "SELECT 'MR-' || number FROM orders LIMIT 1",
        ),
        (
            "UPDATE product_revisions SET content = jsonb_set(content, '{price,setup_minor}', '1')",
            "Each product revision is as its hash says",
            "SELECT id::text FROM product_revisions ORDER BY id LIMIT 1",
        ),
        (
            "WITH made AS (INSERT INTO product_revisions (id, product_id, sha256, content) SELECT "
            "gen_random_uuid(), product_id, repeat('0', 64), '{}' FROM order_lines LIMIT 1 "
            "RETURNING id) UPDATE order_lines SET product_revision_id = (SELECT id FROM made)",
            "Each order line points at a revision of its product, the one its quote named",
            "SELECT 'MR-' || number FROM orders LIMIT 1",
        ),
        (
            "ALTER TABLE product_families DISABLE TRIGGER product_families_cycle; "
            "UPDATE product_families SET parent_id = id",
            "No family is below itself",
            "SELECT slug FROM product_families ORDER BY slug LIMIT 1",
        ),
        (
            "DELETE FROM catalog_skus",
            "Each SKU of a product or variant is claimed by that product alone",
            "SELECT min(sku) FROM products",
        ),
        (
            "UPDATE products SET properties = jsonb_set(properties, '{materials}', "
            '\'[{"key": "a", "sku": "NO-SUCH"}]\')',
            "Everything that a family or product names exists",
            "SELECT 'NO-SUCH'",
        ),
        (
            "UPDATE products SET properties = jsonb_set(properties, '{price}', '{\"min_minor\": -1}')",
            "The properties of each product on offer are whole",
            "SELECT min(slug) FROM products",
        ),
        (
            "UPDATE artwork_slots SET state = 'proof_sent'",
            "The state of each artwork slot follows from what was said about it",
            "SELECT id::text FROM artwork_slots LIMIT 1",
        ),
    ],
    ids=[
        "level",
        "reserved",
        "job",
        "price",
        "quote",
        "revision",
        "line of another",
        "cycle",
        "sku",
        "reference",
        "whole",
        "slot",
    ],
)
def test_numbers_and_states_that_no_longer_follow_are_named(
    shop: Shop, statement: str, invariant: str, names: str
) -> None:
    shop.run(statement)
    assert str(shop.one(names)) in shop.ask(invariant)


@pytest.fixture
def stored(built: Shop) -> Iterator[tuple[str, str, bytes]]:
    """The customer's file in the storage: its asset, its key, its bytes; put back afterwards."""
    asset_id, key = built.run(
        "SELECT a.id, a.storage_key FROM assets a JOIN artwork_versions v ON v.asset_id = a.id"
    ).one()
    body = storage.read_bytes(key)
    yield str(asset_id), key, body
    put(key, body)


def put(key: str, body: bytes) -> Any:
    return storage.client().put_object(Bucket=storage.current().s3_bucket, Key=key, Body=body)


def test_a_stored_file_of_other_bytes_is_named(built: Shop, stored: tuple[str, str, bytes]) -> None:
    asset_id, key, body = stored
    put(key, body[:-1] + bytes([body[-1] ^ 1]))
    code, found = built.check()
    assert code == 1
    assert asset_id in found["Every stored file is there with its hash"]


def test_a_stored_file_that_is_gone_is_named(built: Shop, stored: tuple[str, str, bytes]) -> None:
    asset_id, key, _ = stored
    storage.client().delete_object(Bucket=storage.current().s3_bucket, Key=key)
    assert asset_id in built.ask("Every stored file is there with its hash")


def test_a_rewritten_chain_is_found_by_its_anchor(shop: Shop) -> None:
    """Somebody who recomputes every hash still can't change what lies outside."""
    from app.core.db import db
    from app.core.events import GENESIS, Event, digest

    stream = shop.one(f"SELECT stream_id FROM events WHERE id = {MIDDLE}")
    with shop.app.app_context():
        before = GENESIS
        query = db.select(Event).where(Event.stream_id == stream).order_by(Event.stream_seq)
        for event in db.session.scalars(query):
            event.prev_hash, event.sealed_actor_label = before, "Somebody Else"
            before = event.hash = digest(event)
        db.session.execute(
            db.text("UPDATE event_streams SET head_hash = :h WHERE stream_id = :s"),
            {"h": before, "s": stream},
        )
        db.session.commit()
    found = broken(shop)
    assert CHAINS not in found
    (sentence,) = (row for name, row in found.items() if "anchored" in name)
    assert str(stream) in sentence
