"""What several verbs share: moving a job's state, ending it when its last piece is made."""

from __future__ import annotations

from typing import Any

from app.core.actor import Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import BadInput, WrongState
from app.core.events import record
from app.production.job_tree import JobTree
from app.production.models import Job, Operation, QuantityEvent
from app.production.states import ENDED, JOB, STEP_ENDED

MOST = 1_000_000


def move(job: Job, trigger: str) -> dict[str, dict[str, str]]:
    """Fire `trigger` on the job's chart and note since when it stands there."""
    change = JOB.fire(job, trigger)
    job.state_since = now()
    return change


def refuse_split(tree: JobTree, job: Job) -> None:
    """Raise WrongState where `job` is only the sum of its parts."""
    if tree.is_split(job):
        parts = ", ".join(child.number for child in tree.children(job))
        raise WrongState(f"{job.number} was split.", next_step=f"Work on its parts: {parts}.")


def whole(value: object, field: str) -> int:
    """Return a count of pieces from 0 to a million, else raise BadInput that names `field`."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST:
        raise BadInput("Give a whole number of pieces, 0 or more.", field=field)
    return value


def require_reason(cause: str, field: str = "cause") -> str:
    """Return the cause that a person gave, trimmed; raise BadInput where there is none."""
    cause = cause.strip()
    if not cause:
        raise BadInput("Say why, in a few words.", field=field)
    if len(cause) > 500:
        raise BadInput("Say why in at most 500 signs.", field=field)
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


def steps_open(job: Job) -> list[Operation]:
    """Return the steps that are neither done nor skipped."""
    return [step for step in job.operations if step.state not in STEP_ENDED]


def go_on(tree: JobTree, job: Job, actor: Actor) -> None:
    """Take the job where its steps and pieces have brought it: to quality, or to its end."""
    rest = steps_open(job)
    if job.state == "running" and rest and all(step.is_quality_check for step in rest):
        change = move(job, "to_quality")
        record("job.to_quality", job, actor, stream_id=job.order_id, **change)
    if job.state in ("running", "quality_check") and not rest and tree.own_open(job) == 0:
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
    if states == {"cancelled"}:
        change = move(parent, "cancel")
        record("job.cancelled", parent, actor, stream_id=parent.order_id, **change)
        follow(tree, parent, actor)
        return
    if states & {"running", "quality_check", "finished"} and JOB.can(parent.state, "start"):
        change = move(parent, "start")
        record("job.started", parent, actor, stream_id=parent.order_id, **change)
        follow(tree, parent, actor)
    if states <= ENDED and JOB.can(parent.state, "finish"):
        end(tree, parent, actor)
