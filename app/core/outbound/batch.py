"""Performs many short writes of one kind: read together, written one by one, settled together.

Each intent is marked as being sent, and that is committed, right before its own write; the same
statement notes that the one before was accepted. A worker that is killed leaves one write in doubt at
most: what was accepted is known, what was not begun is still queued.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog
from sqlalchemy import select, text

from app.core.actor import system
from app.core.db import db
from app.core.deliveries import Claim, Delivery
from app.core.events import Event
from app.core.events.log import recorded_together
from app.core.outbound import driver
from app.core.outbound.adapters import KINDS, Adapter, Kind
from app.core.outbound.chart import OUTBOUND
from app.core.outbound.credentials import open_adapter
from app.core.outbound.intent import OutboundIntent, locking, read_locked

log = structlog.get_logger(__name__)
MARK = text(
    "UPDATE outbound_intents SET version_id = version_id + 1, updated_at = now(), "
    "state = CASE WHEN id = :next THEN 'sending' ELSE state END, "
    "attempts = attempts + CASE WHEN id = :next THEN 1 ELSE 0 END, "
    "outcome = CASE WHEN id = :before THEN CAST(:outcome AS jsonb) ELSE outcome END "
    "WHERE id = :before OR (id = :next AND state = 'intended') RETURNING id"
)
LONGEST_S = 5.0


@dataclass
class Item:
    """One delivery of the batch and how its write ended."""

    claim: Claim
    work: driver.Work
    result: driver.Result | None = None


@dataclass
class Outcome:
    """What became of the batch: deliveries that failed with their fault, and those left to be run."""

    failed: list[tuple[Claim, Exception]] = field(default_factory=list)
    left: list[Claim] = field(default_factory=list)


def perform(kind_key: str, claims: Sequence[Claim]) -> Outcome:
    """Perform the queued intents of `claims`, whose events' subjects are the intents'. Commits.

    Whatever is not plain (an earlier try, nothing to do) is left to be run by itself.
    """
    outcome, kind = Outcome(), KINDS[kind_key]
    try:
        items = _load(kind, claims)
        db.session.commit()
    except Exception:
        db.session.rollback()
        log.exception("outbound.batch_not_loaded")
        items = []
    db.session.expunge_all()
    db.session.remove()
    _write(items, outcome)
    _settle([item for item in items if item.result is not None], kind, outcome)
    known = {item.claim.delivery_id for item in items if item.result is not None}
    known |= {claim.delivery_id for claim, _ in outcome.failed}
    outcome.left = [claim for claim in claims if claim.delivery_id not in known]
    return outcome


def _load(kind: Kind, claims: Sequence[Claim]) -> list[Item]:
    by_event = {claim.event_id: claim for claim in claims}
    events = select(Event.subject_id, Event.id).where(Event.id.in_(by_event))
    subjects = {row.subject_id: by_event[row.id] for row in db.session.execute(events)}
    query = locking(kind, OutboundIntent.state == OUTBOUND.initial)
    query = query.where(OutboundIntent.subject_id.in_(subjects))
    adapters: dict[str, Adapter] = {}
    items = []
    for intent in read_locked(query):
        if intent.adapter_key not in adapters:
            adapters[intent.adapter_key] = open_adapter(kind.key, intent.adapter_key)
        adapter = adapters[intent.adapter_key]
        request = kind.prepare(intent, adapter)
        if request is not None:
            work = driver.Work(intent.id, kind, adapter, request, was_interrupted=False)
            items.append(Item(subjects[intent.subject_id], work))
    return items


def _write(items: Sequence[Item], outcome: Outcome) -> None:
    if not items:
        return
    before: Item | None = None
    # no transaction is open while a write is under way: each statement commits by itself
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        began = time.monotonic()
        for item in items:
            if time.monotonic() - began > LONGEST_S:
                break  # a slow other side: what was sent is settled first, the rest goes by itself
            accepted = before.result if before is not None else None
            marked = connection.scalars(
                MARK,
                {
                    "next": item.work.intent_id,
                    "before": before.work.intent_id if before is not None else None,
                    "outcome": json.dumps(accepted.outcome) if accepted is not None else None,
                },
            ).all()
            before = None
            if item.work.intent_id not in marked:
                continue
            try:
                item.result = driver.act(item.work)
            except Exception as problem:
                outcome.failed.append((item.claim, problem))
                continue
            if item.result.trigger == "accept":
                before = item


def _settle(items: Sequence[Item], kind: Kind, outcome: Outcome) -> None:
    """Commit all outcomes together; where that fails, each by itself."""
    if not items:
        return
    try:
        _settle_together({item.claim.delivery_id: item for item in items}, kind)
        db.session.commit()
    except Exception as problem:
        db.session.rollback()
        if len(items) == 1:
            outcome.failed.append((items[0].claim, problem))
            return
        for item in items:
            _settle([item], kind, outcome)


def _settle_together(items: dict[uuid.UUID, Item], kind: Kind) -> None:
    deliveries = select(Delivery).where(Delivery.id.in_(items)).order_by(Delivery.id)
    rows = db.session.scalars(deliveries.with_for_update()).all()
    ids = [item.work.intent_id for item in items.values()]
    intents = {found.id: found for found in read_locked(locking(kind, OutboundIntent.id.in_(ids)))}
    with recorded_together():
        for row in rows:
            item = items[row.id]
            if row.fence != item.claim.fence or row.state != "running":
                continue  # whoever took it over finds the outcome at the intent
            assert item.result is not None
            driver.apply(intents[item.work.intent_id], kind, item.result, system())
            row.state, row.error = "done", None
