"""What is done to one operation: start, pause, resume, finish, skip.

These run as verbs (app/production/verbs.py): the job tree is locked and everything was checked before.
"""

from typing import Any

from app.core.actor import Actor
from app.core.clock import now
from app.core.errors import BadInput
from app.core.events import record
from app.core.translations import _
from app.production.job_tree import JobInTree, OperationInTree
from app.production.models import Operation
from app.production.services.moves import follow, move, pieces, proceed, write
from app.production.states import JOB, OPERATION


def fire(found: OperationInTree, trigger: str, event: str, actor: Actor, **data: Any) -> Operation:
    """Fire `trigger` on the operation's chart, record `event` with its job and name; return it."""
    operation, job = found.operation, found.job
    change = OPERATION.fire(operation, trigger)
    named = {"job_id": job.id, "job": job.number, "name": operation.name}
    record(event, operation, actor, **change, data=named | data)
    return operation


def start_operation(found: OperationInTree, actor: Actor) -> Operation:
    """Start an operation; the first one starts the job. Records operation.started, job.started."""
    operation, job = found.operation, found.job
    if JOB.can(job.state, "start"):
        move(job, "start", "job.started", actor)
        follow(found.tree, job, actor)
    operation.started_at, operation.counted = now(), False
    fire(found, "start_operation", "operation.started", actor)
    proceed(JobInTree(job, found.tree), actor)
    return operation


def pause_operation(found: OperationInTree, actor: Actor, reason: str = "") -> Operation:
    """Pause a running operation: break, jam, no material. Records operation.paused."""
    found.operation.reason = reason
    return fire(found, "pause_operation", "operation.paused", actor, reason=reason)


def resume_operation(found: OperationInTree, actor: Actor) -> Operation:
    """Resume a paused operation. Records operation.resumed."""
    found.operation.reason = ""
    return fire(found, "resume_operation", "operation.resumed", actor)


def finish_operation(found: OperationInTree, actor: Actor, rest_good: bool = False) -> Operation:
    """Finish an operation. The job moves: to quality, or to its end when its last piece is good.

    Where nothing was counted since the start, everything in front of an operation passes it, except
    at the last one, whose good pieces a person counts; `rest_good` counts the rest as good there
    too. Raises BadInput (pieces still open). Records operation.finished.
    """
    operation, job = found.operation, found.job
    if rest_good or not (operation.counted or found.is_last):
        pass_rest(found, actor)
    if found.is_last and (rest := found.open):
        raise BadInput(
            _("Still open: %(pieces)s of %(job)s.", pieces=pieces(rest), job=job),
            next_step=_("Count them, create a reprint of them, or finish the job short."),
            field="good",
        )
    operation.finished_at = now()
    counts = {"passed": found.counts.passed, "spoiled": found.counts.spoiled}
    fire(found, "finish_operation", "operation.finished", actor, **counts)
    proceed(JobInTree(job, found.tree), actor)
    return operation


def skip_operation(found: OperationInTree, actor: Actor, reason: str) -> Operation:
    """Leave an operation out, for a reason. Records operation.skipped."""
    found.operation.reason = reason
    fire(found, "skip_operation", "operation.skipped", actor, reason=reason)
    proceed(JobInTree(found.job, found.tree), actor)
    return found.operation


def reopen(found: OperationInTree, actor: Actor, cause: str) -> Operation:
    """Set a done operation back to pending. Records operation.reopened."""
    found.operation.counted, found.operation.finished_at = False, None
    return fire(found, "rework_operation", "operation.reopened", actor, cause=cause)


def pass_rest(found: OperationInTree, actor: Actor) -> int:
    """Count everything in front of the operation as passed (good, at the last); return how many."""
    rest, step = found.countable, found.operation
    if rest:
        good = rest if found.is_last else 0
        write(found.tree, found.job, actor, operation_id=step.id, passed=rest, good=good)
    return rest
