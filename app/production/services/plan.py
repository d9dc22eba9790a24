"""What planners do to a job and its operations; as verbs, on a locked and checked job tree."""

from datetime import date

from app.core.actor import Actor
from app.core.clock import now, shop_day
from app.core.errors import AlreadyDone, BadInput
from app.core.events import record
from app.core.translations import _
from app.production.job_tree import JobInTree, OperationInTree
from app.production.models import Job, Operation
from app.production.services.run import cancel_rest, end, follow, move, reopen
from app.production.states import ENDED, IN_QUALITY, JOB, OPERATION, SCHEDULED, STEP_RUNNING


def schedule_job(found: JobInTree, actor: Actor, day: date) -> Job:
    """Schedule the job for `day`; a scheduled job may get another day. Records job.scheduled.

    Raises BadInput for a past day, AlreadyDone for the same day.
    """
    job = found.job
    if day < shop_day():
        raise BadInput(_("This date has passed. Choose today or a later one."), field="day")
    if job.state in SCHEDULED and job.scheduled_on == day:
        raise AlreadyDone(_("%(job)s is already scheduled for that day.", job=job))
    change = JOB.fire(job, "schedule_job")
    change["before"]["scheduled_on"], change["after"]["scheduled_on"] = job.scheduled_on, day
    job.scheduled_on, job.state_since = day, now()
    record("job.scheduled", job, actor, **change)
    return job


def rework_operation(found: OperationInTree, actor: Actor, cause: str) -> Operation:
    """Have a done operation done again for the pieces that spoiled after it.

    A job in quality check goes back to running. Records operation.reopened, job.sent_back.
    """
    reopen(found, actor, cause)
    if found.job.state in IN_QUALITY and not found.operation.is_quality_check:
        move(found.job, "send_back", "job.sent_back", actor)
    return found.operation


def finish_short(found: JobInTree, actor: Actor, cause: str) -> Job:
    """Finish a job with the pieces that are good: open pieces are cancelled, open steps skipped.

    Records job.finished.
    """
    short = cancel_rest(found, cause, actor)
    _close_steps(found, cause)
    end(found.tree, found.job, actor, short=short, short_cause=cause)
    return found.job


def cancel_job(found: JobInTree, actor: Actor, cause: str) -> Job:
    """Cancel a job with all its parts and reprints that have not ended; good pieces stay good.

    Records job.cancelled for each.
    """
    job, tree = found.job, found.tree
    below = [child for child in tree.descendants(job) if child.state not in ENDED]
    for one in (*below[::-1], job):
        here = JobInTree(one, tree)
        count = cancel_rest(here, cause, actor)
        _close_steps(here, cause)
        data = {"cause": cause, "cancelled": count, "figures": tree.figures(one).as_dict()}
        move(one, "cancel_job", "job.cancelled", actor, data)
    follow(tree, job, actor)
    return job


def _close_steps(found: JobInTree, cause: str) -> None:
    for left in found.left:
        step = left.operation
        is_running = step.state in STEP_RUNNING
        OPERATION.fire(step, "finish_operation" if is_running else "skip_operation")
        step.reason, step.finished_at = cause, now()
