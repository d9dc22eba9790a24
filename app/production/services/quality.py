"""Quality: pieces pass and are good, or fail and are made again."""

from __future__ import annotations

import uuid

from app.core.actor import Actor, require
from app.core.clock import now
from app.core.errors import AlreadyDone, BadInput, WrongState
from app.core.events import record
from app.production.job_tree import JobTree, lock_job_tree
from app.production.models import Job, Operation
from app.production.services.count import add
from app.production.services.gates import refuse_closed
from app.production.services.moves import (
    end,
    move,
    pieces,
    refuse_split,
    require_reason,
    steps_open,
    whole,
)
from app.production.services.plan import reopen
from app.production.services.run import begin, pass_rest
from app.production.states import JOB, OPERATION


def pass_quality(job_id: uuid.UUID, *, actor: Actor, good: int | None = None) -> Job:
    """Pass the pieces that reached quality, all of them or `good`; the job ends if none stays open.

    Starts the check where nobody did. Where pieces stay open (spoiled before, or not passed now)
    the job stays in quality check until they come, a reprint takes them, or it is finished short.
    Locks the job tree. Raises NotAllowed, WrongState, AlreadyDone (finished), BadInput.
    """
    job, tree = lock_job_tree(job_id)
    require(actor, "job.quality", stream_id=job.order_id)
    checks = _checks(tree, job)
    refuse_closed(job)
    if good is not None and not whole(good, "good"):
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
            OPERATION.fire(check, "finish")
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
    job_id: uuid.UUID,
    *,
    spoiled: int,
    cause: str,
    actor: Actor,
    rework_from: uuid.UUID | None = None,
) -> Job:
    """Count `spoiled` pieces that reached quality as bad and send the job back to be made again.

    The steps from `rework_from` on (an operation's id, default the first) wait to be done again.
    Locks the job tree. Raises NotAllowed, WrongState, BadInput (more than came, no cause).
    """
    job, tree = lock_job_tree(job_id)
    require(actor, "job.quality", stream_id=job.order_id)
    checks = _checks(tree, job)
    cause = require_reason(cause)
    if not whole(spoiled, "spoiled"):
        raise BadInput("Say how many pieces failed.", field="spoiled")
    again = _again(job, rework_from)
    check = checks[0]
    _run(check, job, tree, actor)
    add(tree, job, check, 0, spoiled, cause, actor)
    OPERATION.fire(check, "pause")
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


def _checks(tree: JobTree, job: Job) -> list[Operation]:
    refuse_split(tree, job)
    if job.state == "finished":
        raise AlreadyDone(f"Quality of {job.number} was passed before. Nothing was changed.")
    if job.state != "quality_check":
        raise WrongState(
            f"{job.number} is not in quality check: the state is “{JOB.word(job.state)}”.",
            next_step="Finish the steps before.",
        )
    checks = steps_open(job)
    if not checks:
        rest = pieces(tree.own_open(job))
        raise WrongState(f"Every step of {job.number} is done, {rest} open.")
    return checks


def _run(check: Operation, job: Job, tree: JobTree, actor: Actor) -> None:
    if check.state == "pending":
        begin(check, job, tree, actor)
    elif check.state == "paused":
        OPERATION.fire(check, "resume")


def _again(job: Job, rework_from: uuid.UUID | None) -> list[Operation]:
    made = [step for step in job.operations if step.state == "done"]
    if rework_from is None:
        return made
    start = next((step.position for step in made if step.id == rework_from), None)
    if start is None:
        raise BadInput("This step was not done on this job.", field="rework_from")
    return [step for step in made if step.position >= start]
