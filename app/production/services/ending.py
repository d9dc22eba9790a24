"""The ends of a job: finished short, or cancelled.

These run as verbs (app/production/verbs.py): the job tree is locked and everything was checked before.
"""

from __future__ import annotations

from app.core.actor import Actor
from app.core.clock import now
from app.core.events import record
from app.production.job_tree import JobInTree, JobTree, steps_open
from app.production.models import Job
from app.production.services.moves import cancel_rest, end, follow, move
from app.production.states import ENDED, OPERATION, STEP_RUNNING


def finish_short(found: JobInTree, actor: Actor, cause: str) -> Job:
    """Finish a job with the pieces that are good: open pieces are cancelled, open steps skipped.

    Records job.finished.
    """
    job, tree = found.job, found.tree
    short = cancel_rest(tree, job, cause, actor)
    _close_steps(job, cause)
    end(tree, job, actor, short=short, short_cause=cause)
    return job


def cancel_job(found: JobInTree, actor: Actor, cause: str) -> Job:
    """Cancel a job with all its parts and reprints that have not ended; good pieces stay good.

    Records job.cancelled for each.
    """
    job, tree = found.job, found.tree
    for below in list(tree.descendants(job))[::-1]:
        if below.state not in ENDED:
            _cancel(tree, below, cause, actor)
    _cancel(tree, job, cause, actor)
    follow(tree, job, actor)
    return job


def _cancel(tree: JobTree, job: Job, cause: str, actor: Actor) -> None:
    change = move(job, "cancel_job")
    count = cancel_rest(tree, job, cause, actor)
    _close_steps(job, cause)
    data = {"cause": cause, "cancelled": count, "figures": tree.figures(job).as_dict()}
    record("job.cancelled", job, actor, stream_id=job.order_id, **change, data=data)


def _close_steps(job: Job, cause: str) -> None:
    for step in steps_open(job):
        is_running = step.state in STEP_RUNNING
        OPERATION.fire(step, "finish_operation" if is_running else "skip_operation")
        step.reason, step.finished_at = cause, now()
