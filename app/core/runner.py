"""Runs one delivery: claim, act, commit the outcome. A door: this module commits."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import structlog
from flask import Flask
from sqlalchemy import func

from app.core.canonical import readable
from app.core.db import db
from app.core.deliveries import (
    MAX_ATTEMPTS,
    Claim,
    LostLease,
    Reaction,
    Reactions,
    claim,
    claim_all,
    delay,
    lock_claimed,
)
from app.core.errors import AlreadyDone, BadInput, NotAllowed, NotFound
from app.core.events import Event
from app.core.leases import kept
from app.core.outbound.errors import AdapterError
from app.core.settings import current

log = structlog.get_logger(__name__)
PERMANENT = (BadInput, NotAllowed, NotFound)
CLAIMED_WHILE_LOADING = "outbound"
"""The queue whose reactions load by the outbound driver: short, so one commit does for claim and load."""


class WorkerDied(Exception):
    """Each worker that took the delivery was gone before it could say how it ended."""

    def __init__(self, attempts: int) -> None:
        super().__init__(f"{attempts} workers took this and none came back.")


def run_delivery(app: Flask, delivery_id: uuid.UUID) -> str:
    """Run the delivery and return what became of it: done, retry, dead, lost or skipped.

    Called inside an application context. Safe to call any number of times, from any number of
    workers: the claim lets one through, the fencing token throws away what a lost lease left over.
    """
    lease_s = current().lease_s
    held = claim(delivery_id, lease_s)
    if held is None:
        db.session.commit()
        return "skipped"
    is_claimed = held.queue != CLAIMED_WHILE_LOADING or held.attempts > MAX_ATTEMPTS
    if is_claimed:
        db.session.commit()
    return _run(app, held, lease_s, is_claimed=is_claimed)


def run_deliveries(app: Flask, delivery_ids: Sequence[uuid.UUID]) -> None:
    """Run deliveries of one reaction that may be run together; those that can't are run by themselves.

    As safe as `run_delivery`, called the same way.
    """
    reactions: Reactions = app.extensions["reactions"]
    lease_s = current().lease_s
    claims = claim_all(delivery_ids, lease_s)
    db.session.commit()
    with ExitStack() as leases:
        for held in claims:
            leases.enter_context(kept(app, held, lease_s))
        fresh = [held for held in claims if held.attempts <= MAX_ATTEMPTS]
        batches = (
            r.batch for group in reactions.values() for r in group if r.name in _names(fresh)
        )
        batch = next((found for found in batches if found is not None), None)
        outcome = batch(fresh) if batch is not None else None
        left = claims if outcome is None else [*outcome.left, *(set(claims) - set(fresh))]
        for held, problem in outcome.failed if outcome is not None else ():
            log.warning("delivery.failed", delivery=str(held.delivery_id), problem=str(problem))
            _put_back(held, problem, reactions)
        for held in left:
            _run(app, held, lease_s, is_claimed=True)
            db.session.remove()


def _names(claims: Sequence[Claim]) -> set[str]:
    return {held.reaction for held in claims}


def _run(app: Flask, held: Claim, lease_s: int, *, is_claimed: bool) -> str:
    """Run a claimed delivery; `is_claimed` says that its claim is committed already."""
    reactions: Reactions = app.extensions["reactions"]
    delivery_id = held.delivery_id
    if held.attempts > MAX_ATTEMPTS:
        return _put_back(held, WorkerDied(held.attempts - 1), reactions)
    try:
        event = db.session.get_one(Event, held.event_id)
        reaction = _reaction(reactions, event.name, held.reaction)
        if reaction.do is not None:
            with kept(app, held, lease_s):
                _do(reaction, event, held)
            return "done"
        with kept(app, held, lease_s):
            assert reaction.load is not None
            loaded = reaction.load(event)
            db.session.commit()
            is_claimed = True
            _perform(reaction, loaded, held)
        return "done"
    except LostLease:
        db.session.rollback()
        log.warning("delivery.lost_lease", delivery=str(delivery_id), reaction=held.reaction)
        return "lost"
    except Exception as problem:
        db.session.rollback()
        if not is_claimed:
            again = claim(delivery_id, lease_s)
            db.session.commit()
            if again is None:
                return "lost"
            held = again
        if isinstance(problem, AlreadyDone):
            _finish(held)
            return "done"
        log.exception("delivery.failed", delivery=str(delivery_id), reaction=held.reaction)
        return _put_back(held, problem, reactions)


def _reaction(reactions: Reactions, event_name: str, name: str) -> Reaction:
    for reaction in reactions.get(event_name, ()):
        if reaction.name == name:
            return reaction
    raise NotFound(f"No reaction “{name}” stands in the table for {event_name}.")


def _do(reaction: Reaction, event: Event, held: Claim) -> None:
    assert reaction.do is not None
    lock = lock_claimed(held)
    reaction.do(event)
    lock.state, lock.error = "done", None
    db.session.commit()


def _perform(reaction: Reaction, loaded: Any, held: Claim) -> None:
    assert reaction.act is not None
    assert reaction.save is not None
    if loaded is None:
        _finish(held)
        return
    db.session.expunge_all()
    db.session.remove()  # no connection is held while the slow part runs
    result = reaction.act(loaded)
    lock = lock_claimed(held)
    reaction.save(db.session.get_one(Event, held.event_id), loaded, result)
    lock.state, lock.error = "done", None
    db.session.commit()


def _finish(held: Claim) -> None:
    row = lock_claimed(held)
    row.state, row.error = "done", None
    db.session.commit()


def _put_back(held: Claim, problem: Exception, reactions: Reactions) -> str:
    dead = isinstance(problem, PERMANENT) or held.attempts >= MAX_ATTEMPTS
    try:
        row = lock_claimed(held)
    except LostLease:
        db.session.rollback()
        return "lost"
    row.state = "dead" if dead else "pending"
    error = f"{type(problem).__name__}: {problem}"[:2000]
    row.error = readable(error)
    wait = max(delay(held.attempts), asked_to_wait(problem))
    row.due_at = func.now() + wait  # leases and due times go by one clock
    row.enqueued_at = None
    event = db.session.get_one(Event, held.event_id)
    _hand_back(reactions, event, held, problem, dead=dead)
    db.session.commit()
    return "dead" if dead else "retry"


def asked_to_wait(problem: Exception) -> timedelta:
    """Return how long the other side asked us to wait before the next try, a day at most."""
    seconds = problem.retry_after_s if isinstance(problem, AdapterError) else None
    return timedelta(seconds=min(seconds or 0, 86_400))


def _hand_back(
    reactions: Reactions, event: Event, held: Claim, problem: Exception, *, dead: bool
) -> None:
    """Let the reaction undo its claim; a fault in that must not keep the delivery from going back."""
    for reaction in reactions.get(event.name, ()):
        undo = reaction.failed if dead else reaction.released
        if reaction.name != held.reaction or undo is None:
            continue
        try:
            with db.session.begin_nested():
                undo(event, problem)
        except Exception:
            log.exception("delivery.hand_back_failed", delivery=str(held.delivery_id))


def replay(delivery_id: uuid.UUID) -> Any:
    """Give a dead delivery back to the relay. Locks its row; the caller commits."""
    from app.core.db import locked
    from app.core.deliveries import Delivery
    from app.core.errors import WrongState

    row = locked(Delivery, delivery_id)
    if row.state == "done":
        raise AlreadyDone("This was delivered meanwhile. Nothing was changed.")
    if row.state != "dead":
        raise WrongState("This delivery is under way already.")
    row.state, row.attempts, row.due_at, row.enqueued_at = "pending", 0, func.now(), None
    return row
