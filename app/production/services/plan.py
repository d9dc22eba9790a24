"""What planners do: schedule a job, skip an operation, have one reworked.

These run as verbs (app/production/verbs.py): the job tree is locked and everything was checked before.
"""

from __future__ import annotations

from datetime import date

from app.core.actor import Actor
from app.core.clock import today
from app.core.errors import AlreadyDone, BadInput
from app.core.events import record
from app.core.settings import current
from app.production.job_tree import JobInTree, OperationInTree
from app.production.models import Job, Operation
from app.production.services.moves import go_on, move
from app.production.states import IN_QUALITY, OPERATION, SCHEDULED


def schedule_job(found: JobInTree, actor: Actor, day: date) -> Job:
    """Schedule the job for `day`; a scheduled job may get another day. Records job.scheduled.

    Raises BadInput for a past day, AlreadyDone for the same day.
    """
    job, before = found.job, found.job.scheduled_on
    if day < today(current().timezone):
        raise BadInput("This date has passed. Choose today or a later one.", field="day")
    if job.state in SCHEDULED and before == day:
        raise AlreadyDone(f"{job.number} is already scheduled for that day.")
    days = {"before": before, "after": day}
    moved = move(job, "schedule_job")
    change = {side: {**was, "scheduled_on": days[side]} for side, was in moved.items()}
    job.scheduled_on = day
    record("job.scheduled", job, actor, stream_id=job.order_id, **change)
    return job


def skip_operation(found: OperationInTree, actor: Actor, reason: str) -> Operation:
    """Leave an operation out, for a reason. Records operation.skipped."""
    operation, job = found.operation, found.job
    change = OPERATION.fire(operation, "skip_operation")
    operation.reason = reason
    data = {"job": job.number, "name": operation.name, "reason": reason}
    record("operation.skipped", operation, actor, stream_id=job.order_id, **change, data=data)
    go_on(found.tree, job, actor)
    return operation


def rework_operation(found: OperationInTree, actor: Actor, cause: str) -> Operation:
    """Have a done operation done again for the pieces that spoiled after it.

    A job in quality check goes back to running. Records operation.reopened, job.sent_back.
    """
    operation, job = found.operation, found.job
    reopen(operation, job, cause, actor)
    if job.state in IN_QUALITY and not operation.is_quality_check:
        record("job.sent_back", job, actor, stream_id=job.order_id, **move(job, "send_back"))
    return operation


def reopen(operation: Operation, job: Job, cause: str, actor: Actor) -> None:
    """Move a done step back to pending and say so."""
    change = OPERATION.fire(operation, "rework_operation")
    operation.counted, operation.finished_at = False, None
    record(
        "operation.reopened",
        operation,
        actor,
        stream_id=job.order_id,
        **change,
        data={"job": job.number, "name": operation.name, "cause": cause},
    )
