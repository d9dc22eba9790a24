"""What several verbs share: moving a job's state, ending it when its last piece is made."""

from typing import Any

from app.core.actor import Actor
from app.core.clock import now
from app.core.db import db
from app.core.events import record
from app.core.web.formats import plural
from app.production.job_tree import JobInTree, JobTree
from app.production.models import Job, QuantityEvent
from app.production.states import CANCELLED, ENDED, IN_PRODUCTION, JOB, RUNNING, STARTED


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


def pieces(count: int) -> str:
    """Return ``1 piece`` or ``38 pieces``."""
    return plural(count, "piece")


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
