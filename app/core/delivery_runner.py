"""Runs deliveries: claim, act, commit the outcome. An entry point: this module commits. One thread
keeps the leases of all deliveries that this process runs."""

import os
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from flask import Flask
from sqlalchemy import func

from app.core.canonical import readable
from app.core.db import db
from app.core.deliveries import (
    MAX_ATTEMPTS,
    Claim,
    Later,
    LostLease,
    Reaction,
    Reactions,
    claim,
    claim_all,
    delay,
    lock_claimed,
    renew,
)
from app.core.errors import AlreadyDone, BadInput, NotAllowed, NotFound
from app.core.events import Event
from app.core.outbound.adapters import AdapterError
from app.core.settings import current
from app.core.translations import _

log = structlog.get_logger(__name__)
PERMANENT = (BadInput, NotAllowed, NotFound)
LONGEST_WAIT_S = 86_400


class WorkerDied(Exception):
    """Each worker that took the delivery was gone before it could say how it ended."""


def run_delivery(app: Flask, delivery_id: uuid.UUID) -> str:
    """Run the delivery and return what became of it: done, retry, later, dead, lost or skipped.

    Safe to call any number of times: the claim lets one worker through, the fencing token throws away what a
    lost lease left over.
    """
    lease_s = current().lease_s
    held = claim(delivery_id, lease_s)
    db.session.commit()
    return "skipped" if held is None else _run(app, held, lease_s)


def run_deliveries(app: Flask, delivery_ids: Sequence[uuid.UUID]) -> None:
    """Run deliveries of one reaction together as far as its batch does, the others one by one; as safe."""
    reactions: Reactions = app.extensions["reactions"]
    lease_s = current().lease_s
    claims = claim_all(delivery_ids, lease_s)
    db.session.commit()
    fresh = [held for held in claims if held.attempts <= MAX_ATTEMPTS]
    names = {held.reaction for held in fresh}
    found = (r for of_event in reactions.values() for r in of_event if r.name in names and r.batch)
    batch = next((reaction.batch for reaction in found), None)
    with ExitStack() as leases:
        for held in claims:
            leases.enter_context(kept(app, held, lease_s))
        settled = batch(fresh) if batch else {}
        for held in claims:
            if held not in settled:
                _run(app, held, lease_s)
                db.session.remove()
            elif problem := settled[held]:
                log.warning("delivery.failed", delivery=str(held.delivery_id), problem=str(problem))
                _put_back(held, problem, reactions)


def _run(app: Flask, held: Claim, lease_s: int) -> str:
    reactions: Reactions = app.extensions["reactions"]
    of = {"delivery": str(held.delivery_id), "reaction": held.reaction}
    try:
        if held.attempts > MAX_ATTEMPTS:
            raise WorkerDied(
                _("%(attempts)s workers took this and none came back.", attempts=held.attempts - 1)
            )
        event = db.session.get_one(Event, held.event_id)
        reaction = _find(reactions, event.name, held.reaction)
        if reaction is None:
            raise NotFound(
                _(
                    "No reaction “%(reaction)s” is declared for %(event)s.",
                    reaction=held.reaction,
                    event=event.name,
                )
            )
        with kept(app, held, lease_s):
            _perform(reaction, event, held)
    except Later as later:
        return _let_others_go_first(held, later)
    except LostLease:
        db.session.rollback()
        log.warning("delivery.lost_lease", **of)
        return "lost"
    except AlreadyDone:
        db.session.rollback()
        _finish(held)
    except Exception as problem:
        db.session.rollback()
        log.exception("delivery.failed", **of)
        return _put_back(held, problem, reactions)
    return "done"


def _find(reactions: Reactions, event_name: str, name: str) -> Reaction | None:
    return next((one for one in reactions.get(event_name, ()) if one.name == name), None)


def _perform(reaction: Reaction, event: Event, held: Claim) -> None:
    do, load, act, save = reaction.do, reaction.load, reaction.act, reaction.save
    if do is not None:
        _finish(held, lambda: do(event))
        return
    assert load is not None and act is not None and save is not None
    loaded = load(event)
    db.session.commit()
    if loaded is None:
        _finish(held)
        return
    db.session.expunge_all()
    db.session.remove()  # no connection is held while the slow part runs
    result = act(loaded)
    _finish(held, lambda: save(db.session.get_one(Event, held.event_id), loaded, result))


def _finish(held: Claim, effect: Callable[[], object] = lambda: None) -> None:
    """Commit the effect together with the delivery's done mark."""
    row = lock_claimed(held)
    effect()
    row.state, row.error = "done", None
    db.session.commit()


def _let_others_go_first(held: Claim, later: Later) -> str:
    """Commit that the delivery waits. There was no rollback: what `load` locked is locked until here, so that
    others who count what runs don't count this one."""
    try:
        row = lock_claimed(held)
    except LostLease:
        db.session.rollback()
        return "lost"
    row.state, row.attempts = "pending", max(0, held.attempts - 1)
    row.due_at = func.now() + timedelta(seconds=later.wait_s)
    row.enqueued_at = None
    db.session.commit()
    return "later"


def _put_back(held: Claim, problem: Exception, reactions: Reactions) -> str:
    """Commit the failure: the delivery is due again later, or dead."""
    is_dead = isinstance(problem, PERMANENT) or held.attempts >= MAX_ATTEMPTS
    try:
        row = lock_claimed(held)
    except LostLease:
        db.session.rollback()
        return "lost"
    wait = delay(held.attempts)
    if isinstance(problem, AdapterError):  # the other side may have named a time
        asked_s = min(problem.retry_after_s or 0, LONGEST_WAIT_S)
        wait = max(wait, timedelta(seconds=asked_s))
    row.state = "dead" if is_dead else "pending"
    row.error = readable(f"{type(problem).__name__}: {problem}"[:2000])
    row.due_at = func.now() + wait  # leases and due times go by one clock
    row.enqueued_at = None
    event = db.session.get_one(Event, held.event_id)
    reaction = _find(reactions, event.name, held.reaction)
    undo = reaction and (reaction.failed if is_dead else reaction.released)
    if undo:
        try:
            with db.session.begin_nested():
                undo(event, problem)
        except Exception:  # must not keep the delivery from going back
            log.exception("delivery.hand_back_failed", delivery=str(held.delivery_id))
    db.session.commit()
    return "dead" if is_dead else "retry"


@dataclass
class Held:
    """A claim that is being worked on; `renewed_at` is in monotonic seconds."""

    app: Flask
    claim: Claim
    lease_s: int
    renewed_at: float = field(default_factory=time.monotonic)


class Heart:
    """The thread and what it keeps alive; it looks six times within the shortest lease."""

    def __init__(self) -> None:
        self.held: dict[uuid.UUID, Held] = {}
        self.tick_s = 60.0
        self.hurry = threading.Event()
        threading.Thread(target=self.beat, name="leases", daemon=True).start()

    def hold(self, held: Held) -> None:
        self.held[held.claim.delivery_id] = held
        if held.lease_s / 6 < self.tick_s:
            self.tick_s = held.lease_s / 6
            self.hurry.set()

    def beat(self) -> None:
        while True:
            self.hurry.wait(self.tick_s)
            self.hurry.clear()
            for held in list(self.held.values()):
                if time.monotonic() - held.renewed_at >= held.lease_s / 3:
                    self.renew(held)

    def renew(self, held: Held) -> None:
        with held.app.app_context():
            try:
                alive = renew(held.claim, held.lease_s)
                db.session.commit()
            except Exception:
                db.session.rollback()
                log.warning("delivery.heartbeat_failed", delivery=str(held.claim.delivery_id))
                return
        held.renewed_at = time.monotonic()
        if not alive:
            self.held.pop(held.claim.delivery_id, None)


_hearts: list[Heart] = []
_guard = threading.Lock()
os.register_at_fork(after_in_child=_hearts.clear)  # a thread does not survive a fork


@contextmanager
def kept(app: Flask, claim: Claim, lease_s: int) -> Iterator[None]:
    """Renew the lease of `claim` until the block ends."""
    with _guard:
        if not _hearts:
            _hearts.append(Heart())
    heart = _hearts[0]
    heart.hold(Held(app, claim, lease_s))
    try:
        yield
    finally:
        heart.held.pop(claim.delivery_id, None)
