"""The operator's verbs at a station: start a step, pause, go on, finish."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import select

from app.core.actor import Actor, require
from app.core.clock import now
from app.core.db import db
from app.core.errors import BadInput, WrongState
from app.core.events import record
from app.orders.models import Order
from app.production.job_tree import JobTree, lock_operation, previous
from app.production.models import Job, Operation
from app.production.services.gates import refuse_closed
from app.production.services.moves import follow, go_on, move, pieces, refuse_split, write
from app.production.states import JOB, OPERATION, STEP_ENDED


def start_operation(operation_id: uuid.UUID, *, actor: Actor) -> Operation:
    """Start a step; the first one starts the job.

    Refused while a gate is closed, no approved file is on record (nothing is printed that was not
    approved), the order is on hold, or the step before has not begun. Locks the job tree. Raises
    NotAllowed, WrongState, AlreadyDone.
    """
    operation, job, tree = lock_operation(operation_id)
    require(actor, _permission(operation), stream_id=job.order_id)
    refuse_split(tree, job)
    if operation.state == "pending":
        refuse_closed(job)
        _refuse_held(job)
        before = previous(job, operation)
        if before is not None and before.state == "pending":
            raise WrongState(f"“{before.name}” comes first and has not begun.")
    begin(operation, job, tree, actor)
    return operation


def begin(operation: Operation, job: Job, tree: JobTree, actor: Actor) -> None:
    """Start the step, and the job where it has not begun; the caller has checked the gates."""
    if job.state in ("new", "finished", "cancelled"):
        raise WrongState(f"{job.number} can't be worked on: it is {JOB.word(job.state).lower()}.")
    change = OPERATION.fire(operation, "start")
    operation.started_at, operation.counted = now(), False
    if JOB.can(job.state, "start"):
        record("job.started", job, actor, stream_id=job.order_id, **move(job, "start"))
        follow(tree, job, actor)
    _say("operation.started", operation, job, actor, change)
    go_on(tree, job, actor)


def pause_operation(operation_id: uuid.UUID, *, actor: Actor, reason: str = "") -> Operation:
    """Pause a running step: break, jam, no material. Raises NotAllowed, WrongState, AlreadyDone."""
    operation, job, _ = lock_operation(operation_id)
    require(actor, _permission(operation), stream_id=job.order_id)
    change = OPERATION.fire(operation, "pause")
    operation.reason = reason.strip()[:500]
    _say("operation.paused", operation, job, actor, change, reason=operation.reason)
    return operation


def resume_operation(operation_id: uuid.UUID, *, actor: Actor) -> Operation:
    """Go on with a paused step, under the same conditions as a start.

    Raises NotAllowed, WrongState, AlreadyDone.
    """
    operation, job, _ = lock_operation(operation_id)
    require(actor, _permission(operation), stream_id=job.order_id)
    if operation.state == "paused":
        refuse_closed(job)
        _refuse_held(job)
    change = OPERATION.fire(operation, "resume")
    operation.reason = ""
    _say("operation.resumed", operation, job, actor, change)
    return operation


def finish_operation(
    operation_id: uuid.UUID, *, actor: Actor, rest_good: bool = False
) -> Operation:
    """Finish a step. The job goes on: to quality, or to its end when its last piece is good.

    Where nothing was counted since the start, everything in front of a step passes it, except at
    the last step, whose good pieces a person counts; `rest_good` counts the rest as good there too.
    Locks the job tree. Raises NotAllowed, WrongState, AlreadyDone, BadInput (pieces still open).
    """
    operation, job, tree = lock_operation(operation_id)
    require(actor, _permission(operation), stream_id=job.order_id)
    refuse_split(tree, job)
    if OPERATION.can(operation.state, "finish"):
        before = previous(job, operation)
        if before is not None and before.state not in STEP_ENDED:
            raise WrongState(f"“{before.name}” comes first and is not finished.")
        is_last = operation is job.operations[-1]
        if rest_good or not (operation.counted or is_last):
            pass_rest(operation, job, tree, actor)
        if is_last and (rest := tree.own_open(job)):
            raise BadInput(
                f"{pieces(rest)} of {job.number} {'is' if rest == 1 else 'are'} still open.",
                next_step="Count them, make a reprint of them, or finish the job short.",
                field="good",
            )
    change = OPERATION.fire(operation, "finish")
    operation.finished_at = now()
    counts = tree.at(operation)
    numbers = {"passed": counts.passed, "spoiled": counts.spoiled}
    _say("operation.finished", operation, job, actor, change, **numbers)
    go_on(tree, job, actor)
    return operation


def pass_rest(operation: Operation, job: Job, tree: JobTree, actor: Actor) -> int:
    """Count everything in front of the step as passed (good, at the last); return how many."""
    rest = tree.countable(job, operation)
    if rest:
        is_last = operation is job.operations[-1]
        write(
            tree,
            job,
            actor,
            operation_id=operation.id,
            passed=rest,
            good=rest if is_last else 0,
        )
    return rest


def _permission(operation: Operation) -> str:
    return "job.quality" if operation.is_quality_check else "job.run"


def _refuse_held(job: Job) -> None:
    reason = db.session.scalar(select(Order.hold_reason).where(Order.id == job.order_id))
    if reason:
        raise WrongState(f"The order is on hold: {reason}", next_step="It goes on when resumed.")


def _say(
    name: str,
    operation: Operation,
    job: Job,
    actor: Actor,
    change: dict[str, Any],
    **data: Any,
) -> None:
    given = {"job_id": job.id, "job": job.number, "name": operation.name, **data}
    record(name, operation, actor, stream_id=job.order_id, **change, data=given)
