"""What operators do at a station: start an operation, pause it, resume it, finish it.

These run as verbs (app/production/verbs.py): the job tree is locked and everything was checked before.
"""

from __future__ import annotations

from typing import Any

from app.core.actor import Actor
from app.core.clock import now
from app.core.errors import BadInput
from app.core.events import record
from app.production.job_tree import JobTree, OperationInTree
from app.production.models import Job, Operation
from app.production.services.moves import follow, go_on, move, pieces, write
from app.production.states import JOB, OPERATION


def start_operation(found: OperationInTree, actor: Actor) -> Operation:
    """Start an operation; the first one starts the job. Records operation.started, job.started."""
    begin(found.operation, found.job, found.tree, actor)
    return found.operation


def begin(operation: Operation, job: Job, tree: JobTree, actor: Actor) -> None:
    """Start the operation, and the job where it has not begun; the caller has checked the rules."""
    change = OPERATION.fire(operation, "start_operation")
    operation.started_at, operation.counted = now(), False
    if JOB.can(job.state, "start"):
        record("job.started", job, actor, stream_id=job.order_id, **move(job, "start"))
        follow(tree, job, actor)
    record_operation("operation.started", operation, job, actor, change)
    go_on(tree, job, actor)


def pause_operation(found: OperationInTree, actor: Actor, reason: str = "") -> Operation:
    """Pause a running operation: break, jam, no material. Records operation.paused."""
    operation = found.operation
    change = OPERATION.fire(operation, "pause_operation")
    operation.reason = reason
    record_operation("operation.paused", operation, found.job, actor, change, reason=reason)
    return operation


def resume_operation(found: OperationInTree, actor: Actor) -> Operation:
    """Resume a paused operation. Records operation.resumed."""
    change = OPERATION.fire(found.operation, "resume_operation")
    found.operation.reason = ""
    record_operation("operation.resumed", found.operation, found.job, actor, change)
    return found.operation


def finish_operation(found: OperationInTree, actor: Actor, rest_good: bool = False) -> Operation:
    """Finish an operation. The job moves: to quality, or to its end when its last piece is good.

    Where nothing was counted since the start, everything in front of an operation passes it, except
    at the last one, whose good pieces a person counts; `rest_good` counts the rest as good there
    too. Raises BadInput (pieces still open). Records operation.finished.
    """
    operation, job, tree = found.operation, found.job, found.tree
    is_last = operation is job.operations[-1]
    if rest_good or not (operation.counted or is_last):
        pass_rest(operation, job, tree, actor)
    if is_last and (rest := tree.own_open(job)):
        raise BadInput(
            f"{pieces(rest)} of {job.number} {'is' if rest == 1 else 'are'} still open.",
            next_step="Count them, create a reprint of them, or finish the job short.",
            field="good",
        )
    change = OPERATION.fire(operation, "finish_operation")
    operation.finished_at = now()
    counts = tree.at(operation)
    numbers = {"passed": counts.passed, "spoiled": counts.spoiled}
    record_operation("operation.finished", operation, job, actor, change, **numbers)
    go_on(tree, job, actor)
    return operation


def pass_rest(operation: Operation, job: Job, tree: JobTree, actor: Actor) -> int:
    """Count everything in front of the operation as passed (good, at the last); return how many."""
    rest = tree.countable(job, operation)
    if rest:
        good = rest if operation is job.operations[-1] else 0
        write(tree, job, actor, operation_id=operation.id, passed=rest, good=good)
    return rest


def record_operation(
    name: str,
    operation: Operation,
    job: Job,
    actor: Actor,
    change: dict[str, Any],
    **data: Any,
) -> None:
    """Record an event about an operation, with its job and its name."""
    given = {"job_id": job.id, "job": job.number, "name": operation.name, **data}
    record(name, operation, actor, stream_id=job.order_id, **change, data=given)
