"""Performs intents: claim and commit, write with no transaction open, commit the outcome.

A worker may be killed in between. An intent found at `sending` is never written blindly: the other side
is asked first, and where it can't say, the intent is `unknown` and a person decides.
"""

import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from app.core.actor import Actor, system
from app.core.canonical import plain
from app.core.clock import now
from app.core.deliveries import Reaction
from app.core.errors import Unavailable
from app.core.events import Event, record
from app.core.lazy import Call
from app.core.outbound import driver
from app.core.outbound import intent as intents
from app.core.outbound.adapters import (
    KINDS,
    REPEATS_BY_KEY,
    TELLS_BEGINNING,
    Adapter,
    AdapterError,
    Kind,
    OutcomeUnknown,
)
from app.core.outbound.beginning import beginning_of
from app.core.outbound.chart import OUTBOUND, UNDER_WAY
from app.core.outbound.credentials import open_adapter
from app.core.outbound.intent import OutboundIntent
from app.core.translations import _l

CUT_OFF = _l("Sending was interrupted. It may or may not have arrived.")


@dataclass(frozen=True)
class Work:
    """One write to be made, read while its intent was locked."""

    intent_id: uuid.UUID
    kind: Kind
    adapter: Adapter
    request: Any
    was_interrupted: bool
    """An earlier try was cut off: the other side may have it."""
    attempts: int = 0
    """Which try this is."""
    has_begun: bool = True
    """The try that was cut off had begun to write, or nobody knows."""
    known: dict[str, Any] | None = None
    """The outcome, where the other side had accepted it before that."""


@dataclass(frozen=True)
class Result:
    """How it ended: the chart's trigger, the outcome where it was accepted, and why or how."""

    trigger: str
    outcome: dict[str, Any] = field(default_factory=dict)
    sentence: str = ""
    can_replay: bool = False
    """It failed with its last try: a replay of the dead letter performs it still."""


def reaction(name: str, label: str, *, kind: str = "", together: int = 1) -> Reaction:
    """Return the reaction that performs the intent that an event is about. Where both have the same
    subject, its `kind` is enough and saves a query."""

    def find(event: Event) -> tuple[OutboundIntent, Kind]:
        if kind:
            subject = OutboundIntent.subject_id == event.subject_id
            return intents.lock_of_kind(KINDS[kind], subject), KINDS[kind]
        return intents.lock(intents.of_event(event).id)

    return Reaction(
        name,
        "outbound",
        together,
        load=lambda event: claim(*find(event)),
        act=act,
        save=save,
        released=lambda event, problem: _release(*find(event), problem),
        failed=lambda event, problem: _fail(*find(event), problem),
        batch=partial(Call("app.core.outbound.batch:perform"), kind) if together > 1 else None,
        label=label,
    )


def claim(intent: OutboundIntent, kind: Kind) -> Work | None:
    """Mark a locked intent as being sent; None where it is settled. Commit before the write."""
    was_interrupted = intent.state == "sending"
    if not was_interrupted and not OUTBOUND.can(intent.state, "claim"):
        return None
    adapter = open_adapter(kind.key, intent.adapter_key)
    request = kind.prepare(intent, adapter)
    if request is None:
        return None
    if not was_interrupted:
        OUTBOUND.fire(intent, "claim")
    has_begun = not intent.is_before_write
    intent.attempts += 1
    intent.is_before_write = TELLS_BEGINNING in adapter.abilities
    known = intent.outcome if was_interrupted else None
    attempts = intent.attempts
    return Work(intent.id, kind, adapter, request, was_interrupted, attempts, has_begun, known)


def act(work: Work) -> Result:
    """Write, or find what an earlier try wrote. No transaction is open. Raises AdapterError where
    surely nothing was written; after anything else the next try asks first."""
    if work.known is not None:
        return Result("accept", work.known, "accepted before the worker was cut off")
    adapter, repeats = work.adapter, REPEATS_BY_KEY in work.adapter.abilities
    if work.was_interrupted:
        try:
            known = adapter.find_written(work.request)
        except OutcomeUnknown:
            if not repeats:
                return Result("lose", sentence=CUT_OFF)
            known = None
        except AdapterError as problem:
            raise Unavailable(problem.sentence) from problem
        if known is not None:
            return Result("accept", known, "found at the other side after the sending was cut off")
        if work.has_begun and TELLS_BEGINNING in adapter.abilities:
            return Result("lose", sentence=CUT_OFF)
    try:
        with beginning_of(work.intent_id, work.attempts):
            outcome = adapter.perform_write(work.request)
        return Result("accept", outcome, "accepted by the other side")
    except OutcomeUnknown as doubt:
        with suppress(OutcomeUnknown, AdapterError):
            if (known := adapter.find_written(work.request)) is not None:
                return Result("accept", known, "found at the other side after its answer got lost")
        if repeats:
            raise Unavailable(str(doubt)) from None
        return Result("lose", sentence=str(doubt))
    except AdapterError as problem:
        if problem.permanent:
            return Result("fail", sentence=problem.sentence)
        raise


def save(event: Event, work: Work, result: Result) -> None:
    """Commit the outcome. Raises AlreadyDone or WrongState where it was settled meanwhile."""
    intent = intents.lock_of_kind(work.kind, OutboundIntent.id == work.intent_id)
    apply(intent, work.kind, result, system())


def apply(intent: OutboundIntent, kind: Kind, result: Result, actor: Actor) -> None:
    """Move a locked intent by the result's trigger and let its subject follow."""
    change = OUTBOUND.fire(intent, result.trigger)
    if intent.state == "sent":
        intent.outcome, intent.sent_at, intent.error = plain(result.outcome), now(), None
    else:
        intent.error = result.sentence[:2000] or None
    (kind.follow or intents.follow_by_event)(intent, result, change, actor)


def _release(intent: OutboundIntent, kind: Kind, problem: BaseException) -> None:
    """Queue a claimed intent again after a try that surely wrote nothing."""
    if isinstance(problem, AdapterError) and intent.state == "sending":
        apply(intent, kind, Result("release", sentence=str(problem)), system())
    elif intent.state in UNDER_WAY:
        # any other fault: left as it is, so that the next try asks before it writes
        intent.error = str(problem)[:2000]


def _fail(intent: OutboundIntent, kind: Kind, problem: BaseException) -> None:
    """Mark an intent when its last try is over. A replay of the dead letter still performs it."""
    if OUTBOUND.can(intent.state, "fail"):
        is_sure = isinstance(problem, AdapterError) or intent.state == "intended"
        result = Result("fail" if is_sure else "lose", sentence=str(problem), can_replay=is_sure)
        apply(intent, kind, result, system())


def retry(intent: OutboundIntent, actor: Actor) -> OutboundIntent:
    """Queue a failed or unknown write again; records sync.retried. Of an unknown one the person
    says that the other side does not have it."""
    change = OUTBOUND.fire(intent, "retry")
    data = {"key": intent.key, "target": intent.adapter_key}
    record("sync.retried", intent, actor, stream_id=intent.stream_id, **change, data=data)
    return intent


def settle(intent: OutboundIntent, actor: Actor, reason: str) -> OutboundIntent:
    """Mark an unknown write as arrived, as a person found it; its kind records the event."""
    return _end(intent, actor, "settle", reason)


def abandon(intent: OutboundIntent, actor: Actor, reason: str) -> OutboundIntent:
    """Give up a failed or unknown write; its kind records the event."""
    return _end(intent, actor, "abandon", reason)


def _end(intent: OutboundIntent, actor: Actor, trigger: str, reason: str) -> OutboundIntent:
    outcome = {"confirmed_by": actor.label, "reason": reason}
    driver.apply(intent, KINDS[intent.kind], driver.Result(trigger, outcome, reason), actor)
    return intent
