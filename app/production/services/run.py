"""What is done to one operation, and where that takes its job; as verbs, on a locked and checked job tree."""

from typing import Any

from app.core.actor import Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import BadInput
from app.core.events import record
from app.core.translations import _
from app.core.web.formats import plural
from app.production.job_tree import JobInTree, JobTree, OperationInTree
from app.production.models import Job, Operation, QuantityEvent
from app.production.states import CANCELLED, ENDED, IN_PRODUCTION, JOB, OPERATION, RUNNING, STARTED


def move(
    job: Job, trigger: str, event: str, actor: Actor, data: dict[str, object] | None = None
) -> None:
    """Fire `trigger` on the job's chart, note since when it is in that state, record `event`."""
    change = JOB.fire(job, trigger)
    job.state_since = now()
    record(event, job, actor, **change, data=data)


def write(tree: JobTree, job: Job, actor: Actor, **values: Any) -> QuantityEvent:
    """Append one quantity event and let `tree` count it."""
    row = QuantityEvent(job_id=job.id, actor_label=actor.label[:200], **values)
    db.session.add(row)
    db.session.flush()
    tree.reload()
    return row


def cancel_rest(found: JobInTree, cause: str, actor: Actor) -> int:
    """Cancel what the job itself still has open; return how many pieces that were."""
    rest = found.tree.own_open(found.job)
    if rest:
        write(found.tree, found.job, actor, cancelled=rest, cause=cause)
    return rest


def proceed(found: JobInTree, actor: Actor) -> None:
    """Take the job where its steps and pieces have brought it: to quality, or to its end."""
    job, left = found.job, found.left
    if job.state in RUNNING and left and all(step.operation.is_quality_check for step in left):
        move(job, "to_quality", "job.to_quality", actor)
    if job.state in IN_PRODUCTION and not left and found.tree.own_open(job) == 0:
        end(found.tree, job, actor)


def end(tree: JobTree, job: Job, actor: Actor, **data: Any) -> None:
    """Finish the job, and let the job it was split from follow. Records job.finished."""
    move(job, "finish", "job.finished", actor, tree.figures(job).as_dict() | data)
    follow(tree, job, actor)


def follow(tree: JobTree, job: Job, actor: Actor) -> None:
    """Move the job that `job` is a part of where its parts have brought it."""
    parent = tree.parent(job)
    if parent is None or job.kind != "split" or parent.state in ENDED:
        return
    states = {part.state for part in tree.children(parent) if part.kind == "split"}
    if states == CANCELLED:
        move(parent, "cancel_job", "job.cancelled", actor)
        follow(tree, parent, actor)
        return
    if states & STARTED and JOB.can(parent.state, "start"):
        move(parent, "start", "job.started", actor)
        follow(tree, parent, actor)
    if states <= ENDED and JOB.can(parent.state, "finish"):
        end(tree, parent, actor)


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
            _("Still open: %(pieces)s of %(job)s.", pieces=plural(rest, "piece"), job=job),
            next_step=_("Count them, create a reprint of them, or finish the job short."),
            field="good",
        )
    operation.finished_at, operation.reason = now(), ""
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
    """Set a done operation back to pending for the pieces that are open there; its reason says how many
    and why until it is finished again. Records operation.reopened, which takes their material."""
    operation, pieces = found.operation, found.open
    operation.counted, operation.finished_at = False, None
    operation.reason = f"{plural(pieces, 'piece')}, {cause}"[:500]
    is_first = operation is found.job.operations[0]
    about = {"cause": cause, "pieces": pieces, "is_first": is_first}
    return fire(found, "rework_operation", "operation.reopened", actor, **about)


def pass_rest(found: OperationInTree, actor: Actor) -> int:
    """Count everything in front of the operation as passed (good, at the last); return how many."""
    rest, step = found.countable, found.operation
    if rest:
        good = rest if found.is_last else 0
        write(found.tree, found.job, actor, operation_id=step.id, passed=rest, good=good)
    return rest
