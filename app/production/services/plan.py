"""The planner's verbs: give a job its day, leave out a step, have a step done again."""

from __future__ import annotations

import uuid
from datetime import date

from app.core.actor import Actor, require
from app.core.errors import AlreadyDone, WrongState
from app.core.events import record
from app.production.job_tree import lock_job_tree, lock_operation
from app.production.models import Job, Operation
from app.production.services.moves import go_on, move, refuse_split, require_reason
from app.production.states import OPERATION


def schedule_job(job_id: uuid.UUID, day: date, *, actor: Actor) -> Job:
    """Plan the job for `day`; a planned job may be planned anew. Scheduled is not started.

    Locks the job tree. Raises NotAllowed, WrongState, AlreadyDone for the same day.
    """
    job, tree = lock_job_tree(job_id)
    require(actor, "job.plan", stream_id=job.order_id)
    refuse_split(tree, job)
    before = job.scheduled_on
    if job.state == "scheduled" and before == day:
        raise AlreadyDone(f"{job.number} is planned for that day already.")
    days = {"before": before, "after": day}
    moved = move(job, "schedule")
    change = {side: {**was, "scheduled_on": days[side]} for side, was in moved.items()}
    job.scheduled_on = day
    record("job.scheduled", job, actor, stream_id=job.order_id, **change)
    return job


def skip_operation(operation_id: uuid.UUID, reason: str, *, actor: Actor) -> Operation:
    """Leave a step out, for a reason. The last step can't be skipped: there pieces are counted.

    Locks the job tree. Raises NotAllowed, BadInput (no reason), WrongState, AlreadyDone.
    """
    operation, job, tree = lock_operation(operation_id)
    require(actor, "job.plan", stream_id=job.order_id)
    refuse_split(tree, job)
    reason = require_reason(reason, "reason")
    if operation is job.operations[-1]:
        raise WrongState("The last step can't be skipped: good pieces are counted there.")
    counts = tree.at(operation)
    if counts.passed or counts.spoiled:
        raise WrongState(
            f"Pieces were counted at “{operation.name}”.", next_step="Finish the step instead."
        )
    change = OPERATION.fire(operation, "skip")
    operation.reason = reason
    record(
        "operation.skipped",
        operation,
        actor,
        stream_id=job.order_id,
        **change,
        data={"job": job.number, "name": operation.name, "reason": reason},
    )
    go_on(tree, job, actor)
    return operation


def rework_operation(operation_id: uuid.UUID, cause: str, *, actor: Actor) -> Operation:
    """Have a step that was done be done again for the pieces that spoiled after it.

    A job in quality check goes back to running. Locks the job tree. Raises NotAllowed, BadInput,
    WrongState (job ended, nothing spoiled), AlreadyDone where the step waits already.
    """
    operation, job, tree = lock_operation(operation_id)
    require(actor, "job.plan", stream_id=job.order_id)
    refuse_split(tree, job)
    if tree.open_at(job, operation) == 0:
        raise WrongState(f"No piece is open at “{operation.name}”.")
    if job.state not in ("running", "quality_check"):
        raise WrongState(f"{job.number} is not being made now.")
    reopen(operation, job, require_reason(cause), actor)
    if job.state == "quality_check" and not operation.is_quality_check:
        record("job.sent_back", job, actor, stream_id=job.order_id, **move(job, "send_back"))
    return operation


def reopen(operation: Operation, job: Job, cause: str, actor: Actor) -> None:
    """Move a done step back to pending and say so."""
    change = OPERATION.fire(operation, "rework")
    operation.counted, operation.finished_at = False, None
    record(
        "operation.reopened",
        operation,
        actor,
        stream_id=job.order_id,
        **change,
        data={"job": job.number, "name": operation.name, "cause": cause},
    )
