"""What several verbs share: moving a job's state, ending it when its last piece is made."""

from __future__ import annotations

from typing import Any

from app.core.actor import Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import BadInput
from app.core.events import record
from app.production.job_tree import JobTree, steps_open
from app.production.models import Job, QuantityEvent
from app.production.states import CANCELLED, ENDED, IN_PRODUCTION, JOB, RUNNING, STARTED


def move(job: Job, trigger: str) -> dict[str, dict[str, str]]:
    """Fire `trigger` on the job's chart and note since when it stands there."""
    change = JOB.fire(job, trigger)
    job.state_since = now()
    return change


def require_reason(cause: str, field: str = "cause") -> str:
    """Return the reason that a person gave; raise BadInput where there is none."""
    if not cause:
        raise BadInput("Enter the reason, in a few words.", field=field)
    return cause


def pieces(count: int) -> str:
    """Return ``1 piece`` or ``38 pieces``."""
    return f"{count} piece" if count == 1 else f"{count} pieces"


def write(tree: JobTree, job: Job, actor: Actor, **values: Any) -> QuantityEvent:
    """Append one quantity event and let `tree` count it."""
    row = QuantityEvent(job_id=job.id, actor_label=actor.label[:200], **values)
    db.session.add(row)
    db.session.flush()
    tree.reload()
    return row


def cancel_rest(tree: JobTree, job: Job, cause: str, actor: Actor) -> int:
    """Cancel what `job` itself still has open; return how many pieces that were."""
    rest = tree.own_open(job)
    if rest:
        write(tree, job, actor, cancelled=rest, cause=cause)
    return rest


def go_on(tree: JobTree, job: Job, actor: Actor) -> None:
    """Take the job where its steps and pieces have brought it: to quality, or to its end."""
    rest = steps_open(job)
    if job.state in RUNNING and rest and all(step.is_quality_check for step in rest):
        change = move(job, "to_quality")
        record("job.to_quality", job, actor, stream_id=job.order_id, **change)
    if job.state in IN_PRODUCTION and not rest and tree.own_open(job) == 0:
        end(tree, job, actor)


def end(tree: JobTree, job: Job, actor: Actor, **data: Any) -> None:
    """Finish the job, say so, and let the job it was split from follow."""
    change = move(job, "finish")
    figures = tree.figures(job).as_dict()
    record("job.finished", job, actor, stream_id=job.order_id, **change, data={**figures, **data})
    follow(tree, job, actor)


def follow(tree: JobTree, job: Job, actor: Actor) -> None:
    """Let the job that `job` is a part of stand where its parts have brought it."""
    parent = tree.parent(job)
    if parent is None or job.kind != "split" or parent.state in ENDED:
        return
    states = {part.state for part in tree.children(parent) if part.kind == "split"}
    if states == CANCELLED:
        change = move(parent, "cancel_job")
        record("job.cancelled", parent, actor, stream_id=parent.order_id, **change)
        follow(tree, parent, actor)
        return
    if states & STARTED and JOB.can(parent.state, "start"):
        change = move(parent, "start")
        record("job.started", parent, actor, stream_id=parent.order_id, **change)
        follow(tree, parent, actor)
    if states <= ENDED and JOB.can(parent.state, "finish"):
        end(tree, parent, actor)
