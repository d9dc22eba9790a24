"""Quality: pieces pass and are good, or fail and are made again.

These run as verbs (app/production/verbs.py): the job tree is locked and everything was checked before.
"""

from __future__ import annotations

import uuid

from app.core.actor import Actor
from app.core.clock import now
from app.core.errors import BadInput
from app.core.events import record
from app.production.job_tree import JobInTree, JobTree, steps_open
from app.production.models import Job, Operation
from app.production.services.count import add
from app.production.services.moves import end, move
from app.production.services.plan import reopen
from app.production.services.run import begin, pass_rest
from app.production.states import OPERATION, STEP_DONE, STEP_PAUSED, STEP_PENDING


def pass_quality(found: JobInTree, actor: Actor, good: int | None = None) -> Job:
    """Pass the pieces that reached quality, all of them or `good`; the job ends if none stays open.

    Starts the check where nobody did. Where pieces stay open (spoiled before, or not passed now)
    the job stays in quality check until they come, a reprint takes them, or it is finished short.
    Raises BadInput where no piece waits. Records job.quality_passed.
    """
    job, tree = found.job, found.tree
    checks = steps_open(job)
    if good == 0:
        raise _nothing()
    passed = 0
    before = {"state": job.state}
    for check in checks:
        _run(check, job, tree, actor)
        if good is not None and check is job.operations[-1]:
            add(tree, job, check, good, 0, "", actor)
            passed = good
        else:
            passed = pass_rest(check, job, tree, actor)
    if not passed:
        raise _nothing()
    complete = tree.own_open(job) == 0
    if complete:
        for check in checks:
            OPERATION.fire(check, "finish_operation")
            check.finished_at = now()
    record(
        "job.quality_passed",
        job,
        actor,
        stream_id=job.order_id,
        before=before,
        after={"state": "finished" if complete else job.state},
        data={"good": passed, "figures": tree.figures(job).as_dict()},
    )
    if complete:
        end(tree, job, actor)
    return job


def fail_quality(
    found: JobInTree,
    actor: Actor,
    spoiled: int,
    cause: str,
    rework_from: uuid.UUID | None = None,
) -> Job:
    """Count `spoiled` pieces that reached quality as bad and send the job back to be made again.

    The operations from `rework_from` on (an operation's id, default the first) wait to be done
    again. Raises BadInput (more than came). Records job.quality_failed.
    """
    job, tree = found.job, found.tree
    checks = steps_open(job)
    again = _again(job, rework_from)
    check = checks[0]
    _run(check, job, tree, actor)
    add(tree, job, check, 0, spoiled, cause, actor)
    OPERATION.fire(check, "pause_operation")
    for step in again:
        reopen(step, job, cause, actor)
    change = move(job, "send_back")
    data = {"spoiled": spoiled, "cause": cause, "figures": tree.figures(job).as_dict()}
    record("job.quality_failed", job, actor, stream_id=job.order_id, **change, data=data)
    return job


def _nothing() -> BadInput:
    return BadInput(
        "No piece waits for quality here.",
        next_step="Count the pieces at the step before, or finish the job short.",
        field="good",
    )


def _run(check: Operation, job: Job, tree: JobTree, actor: Actor) -> None:
    if check.state in STEP_PENDING:
        begin(check, job, tree, actor)
    elif check.state in STEP_PAUSED:
        OPERATION.fire(check, "resume_operation")


def _again(job: Job, rework_from: uuid.UUID | None) -> list[Operation]:
    made = [step for step in job.operations if step.state in STEP_DONE]
    if rework_from is None:
        return made
    start = next((step.position for step in made if step.id == rework_from), None)
    if start is None:
        raise BadInput("This step was not done on this job.", field="rework_from")
    return [step for step in made if step.position >= start]
