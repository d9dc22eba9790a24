"""The ends of a job: finished, finished short, or cancelled."""

from __future__ import annotations

import uuid

from app.core.actor import Actor, require
from app.core.clock import now
from app.core.errors import AlreadyDone, WrongState
from app.core.events import record
from app.production.job_tree import JobTree, lock_job_tree
from app.production.models import Job
from app.production.services.moves import (
    cancel_rest,
    end,
    follow,
    move,
    pieces,
    refuse_split,
    require_reason,
    steps_open,
)
from app.production.states import ENDED, OPERATION


def finish_job(job_id: uuid.UUID, *, actor: Actor, short_cause: str = "") -> Job:
    """Finish a job whose steps are done and whose pieces are all made or handed on.

    With `short_cause` a planner finishes it with what is there: open pieces are cancelled, open
    steps skipped. Locks the job tree. Raises NotAllowed, WrongState, AlreadyDone.
    """
    job, tree = lock_job_tree(job_id)
    require(actor, "job.plan" if short_cause else "job.run", stream_id=job.order_id)
    refuse_split(tree, job)
    if job.state == "finished":
        raise AlreadyDone(f"{job.number} was finished before. Nothing was changed.")
    rest, steps = tree.own_open(job), steps_open(job)
    short = 0
    if job.state in ("running", "quality_check") and (rest or steps):
        if not short_cause:
            still = [pieces(rest)] if rest else []
            still += [f"“{step.name}”" for step in steps]
            raise WrongState(
                f"{job.number} is not made yet: {', '.join(still)} still open.",
                next_step="Count the rest, or say why the job ends short.",
            )
        short = cancel_rest(tree, job, require_reason(short_cause, "short_cause"), actor)
        _close_steps(job, short_cause)
    end(tree, job, actor, short=short, short_cause=short_cause)
    return job


def cancel_job(job_id: uuid.UUID, *, cause: str, actor: Actor) -> Job:
    """Cancel a job with all its parts and reprints that have not ended; good pieces stay good.

    Locks the job tree. Raises NotAllowed, BadInput (no cause), WrongState (finished), AlreadyDone.
    """
    job, tree = lock_job_tree(job_id)
    require(actor, "job.plan", stream_id=job.order_id)
    cause = require_reason(cause)
    move_allowed = job.state not in ENDED
    if move_allowed:
        for below in list(tree.descendants(job))[::-1]:
            if below.state not in ENDED:
                _cancel(tree, below, cause, actor)
    _cancel(tree, job, cause, actor)
    follow(tree, job, actor)
    return job


def _cancel(tree: JobTree, job: Job, cause: str, actor: Actor) -> None:
    change = move(job, "cancel")
    count = cancel_rest(tree, job, cause, actor)
    _close_steps(job, cause)
    data = {"cause": cause, "cancelled": count, "figures": tree.figures(job).as_dict()}
    record("job.cancelled", job, actor, stream_id=job.order_id, **change, data=data)


def _close_steps(job: Job, cause: str) -> None:
    for step in steps_open(job):
        if step.state == "running":
            OPERATION.fire(step, "finish")
        else:
            OPERATION.fire(step, "skip")
        step.reason, step.finished_at = cause[:500], now()
