"""Deliveries that were done long ago are removed; their events stay."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa

from app.core import deliveries
from app.core.clock import now
from app.core.db import db
from app.core.deliveries import Delivery
from app.core.events import Event
from tests.core.thing import say


@pytest.fixture
def shop(committed):
    with committed.app.app_context():
        yield committed
        db.session.remove()


def delivery(state: str, *, days_ago: int) -> uuid.UUID:
    row = Delivery(event_id=say().id, reaction="tidies", queue="events", state=state, due_at=now())
    db.session.add(row)
    db.session.flush()
    db.session.execute(
        sa.text(
            "UPDATE event_deliveries SET updated_at = now() - make_interval(days => :d) WHERE id = :id"
        ),
        {"d": days_ago, "id": row.id},
    )
    db.session.commit()
    return row.id


def test_only_what_was_done_long_ago_is_removed(shop, monkeypatch):
    monkeypatch.setattr(deliveries, "PURGED_AT_ONCE", 2)
    old = [delivery("done", days_ago=100) for _ in range(3)]
    kept = {
        delivery("done", days_ago=80),
        delivery("dead", days_ago=400),
        delivery("pending", days_ago=400),
    }
    assert deliveries.purge_done(90) == len(old)
    assert set(db.session.scalars(sa.select(Delivery.id))) == kept
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Event)) == 6


def test_the_rows_to_remove_are_found_by_an_index(shop):
    db.session.execute(sa.text("SET LOCAL enable_seqscan = off"))
    plan = db.session.execute(
        sa.text(f"EXPLAIN {deliveries.PURGE.text}"), {"days": 90, "most": 5000}
    ).scalars()
    assert "ix_event_deliveries_done" in " ".join(plan)
