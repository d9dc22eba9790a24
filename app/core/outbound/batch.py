"""Performs many short writes of one kind: read together, written one by one, settled together.

Right before its own write each intent is marked as being sent, and the one before as accepted; that is
committed. So a worker that is killed leaves one write in doubt at most.
"""

import json
import time
from collections.abc import Sequence
from dataclasses import replace

import structlog
from sqlalchemy import select, text

from app.core.actor import system
from app.core.db import db
from app.core.deliveries import Claim, Delivery
from app.core.events import Event
from app.core.events.log import recorded_together
from app.core.outbound import driver
from app.core.outbound.adapters import KINDS, TELLS_BEGINNING, Adapter, Kind
from app.core.outbound.chart import OUTBOUND
from app.core.outbound.credentials import open_adapter
from app.core.outbound.intent import OutboundIntent, locking, read_locked

log = structlog.get_logger(__name__)
MARK = text(
    "UPDATE outbound_intents SET version_id = version_id + 1, updated_at = now(), "
    "state = CASE WHEN id = :next THEN 'sending' ELSE state END, "
    "attempts = attempts + CASE WHEN id = :next THEN 1 ELSE 0 END, "
    "is_before_write = CASE WHEN id = :next THEN :tells ELSE is_before_write END, "
    "outcome = CASE WHEN id = :before THEN CAST(:outcome AS jsonb) ELSE outcome END "
    "WHERE id = :before OR (id = :next AND state = 'intended') RETURNING id, attempts"
)
LONGEST_S = 5.0
Written = tuple[driver.Work, driver.Result]
Settled = dict[Claim, Exception | None]
"""Deliveries that need no more, each with its fault, None where it is done."""


def perform(kind_key: str, claims: Sequence[Claim]) -> Settled:
    """Perform the queued intents of `claims`, whose events' subjects are the intents'. Commits.
    Whatever is not plain (an earlier try, nothing to do) is left to be run by itself."""
    kind = KINDS[kind_key]
    try:
        works = _load(kind, claims)
        db.session.commit()
    except Exception:
        db.session.rollback()
        log.exception("outbound.batch_not_loaded")
        works = {}
    db.session.expunge_all()
    db.session.remove()
    written, failed = _write(works) if works else ({}, {})
    return _settle(kind, written) | failed


def _load(kind: Kind, claims: Sequence[Claim]) -> dict[Claim, driver.Work]:
    by_event = {claim.event_id: claim for claim in claims}
    events = select(Event.subject_id, Event.id).where(Event.id.in_(by_event))
    subjects = {row.subject_id: by_event[row.id] for row in db.session.execute(events)}
    query = locking(kind, OutboundIntent.state == OUTBOUND.initial)
    adapters: dict[str, Adapter] = {}
    works = {}
    for intent in read_locked(query.where(OutboundIntent.subject_id.in_(subjects))):
        if intent.adapter_key not in adapters:
            adapters[intent.adapter_key] = open_adapter(kind.key, intent.adapter_key)
        adapter = adapters[intent.adapter_key]
        request = kind.prepare(intent, adapter)
        if request is not None:
            work = driver.Work(intent.id, kind, adapter, request, was_interrupted=False)
            works[subjects[intent.subject_id]] = work
    return works


def _write(works: dict[Claim, driver.Work]) -> tuple[dict[Claim, Written], Settled]:
    """Return what was written with its results, and what failed with its faults."""
    written: dict[Claim, Written] = {}
    failed: Settled = {}
    accepted: Written | None = None
    # no transaction is open while a write is under way: each statement commits by itself
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        ends = time.monotonic() + LONGEST_S
        for claim, work in works.items():
            if time.monotonic() > ends:
                break  # a slow other side: what was sent is settled first, the rest goes by itself
            values = {
                "next": work.intent_id,
                "before": accepted[0].intent_id if accepted else None,
                "outcome": json.dumps(accepted[1].outcome) if accepted else None,
                "tells": TELLS_BEGINNING in work.adapter.abilities,
            }
            accepted = None
            marked = {row.id: row.attempts for row in connection.execute(MARK, values)}
            if work.intent_id not in marked:
                continue
            try:
                result = driver.act(replace(work, attempts=marked[work.intent_id]))
            except Exception as problem:
                failed[claim] = problem
                continue
            written[claim] = (work, result)
            if result.trigger == "accept":
                accepted = written[claim]
    return written, failed


def _settle(kind: Kind, written: dict[Claim, Written]) -> Settled:
    """Commit all outcomes together; where that fails, each by itself."""
    try:
        _settle_together(kind, written)
        db.session.commit()
    except Exception as problem:
        db.session.rollback()
        if len(written) == 1:
            return dict.fromkeys(written, problem)
        settled: Settled = {}
        for claim, one in written.items():
            settled |= _settle(kind, {claim: one})
        return settled
    return dict.fromkeys(written)


def _settle_together(kind: Kind, written: dict[Claim, Written]) -> None:
    claims = {claim.delivery_id: claim for claim in written}
    deliveries = select(Delivery).where(Delivery.id.in_(claims)).order_by(Delivery.id)
    rows = db.session.scalars(deliveries.with_for_update()).all()
    ids = [work.intent_id for work, _ in written.values()]
    intents = {found.id: found for found in read_locked(locking(kind, OutboundIntent.id.in_(ids)))}
    with recorded_together():
        for row in rows:
            if row.fence != claims[row.id].fence or row.state != "running":
                continue  # whoever took it over finds the outcome at the intent
            work, result = written[claims[row.id]]
            driver.apply(intents[work.intent_id], kind, result, system())
            row.state, row.error = "done", None
