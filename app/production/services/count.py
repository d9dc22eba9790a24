"""Counting pieces, at an operation and in the quality check; as verbs, on a locked and checked job tree."""

import uuid

from sqlalchemy import select

from app.core.actor import Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import BadInput
from app.core.events import record
from app.core.translations import _
from app.core.web.formats import plural
from app.production.job_tree import JobInTree, OperationInTree
from app.production.models import Job, Operation, QuantityEvent
from app.production.services.run import end, move, pass_rest, reopen, start_operation, write
from app.production.states import OPERATION, STEP_DONE, STEP_PAUSED, STEP_PENDING


def count_pieces(
    found: OperationInTree,
    actor: Actor,
    good: int = 0,
    spoiled: int = 0,
    cause: str = "",
    entry_key: str | None = None,
) -> QuantityEvent:
    """Count pieces at a running operation; spoiled ones need a cause and are open again.

    Good pieces count for the job at its last operation; before, they have passed the operation.
    `entry_key` names the click: the same key again returns the row of the first time and changes
    nothing. Raises BadInput (more than there are, no cause). Records pieces.counted.
    """
    operation, job = found.operation, found.job
    same_key = select(QuantityEvent).where(QuantityEvent.entry_key == entry_key)
    if entry_key and (row := db.session.scalars(same_key).one_or_none()):
        if (row.operation_id, row.passed, row.spoiled) != (operation.id, good, spoiled):
            raise BadInput(
                _("This entry was already recorded with different numbers."), field="entry_key"
            )
        return row
    if not good and not spoiled:
        raise BadInput(_("Enter how many pieces are good or spoiled."), field="good")
    if spoiled and not cause:
        raise BadInput(_("Enter the reason, in a few words."), field="cause")
    row = add(found, actor, good, spoiled, cause, entry_key)
    place = {"operation": operation.name, "job": job.number}
    figures = found.tree.figures(job).as_dict()
    counted = {"good": good, "spoiled": spoiled, "cause": cause, "figures": figures}
    record("pieces.counted", job, actor, data={**place, **counted})
    return row


def add(
    found: OperationInTree,
    actor: Actor,
    good: int,
    spoiled: int = 0,
    cause: str = "",
    entry_key: str | None = None,
) -> QuantityEvent:
    """Write the quantity event; raise BadInput where it is more than is there. Records no event."""
    job, still_open, arrived = found.job, found.open, found.arrived
    if good > still_open:
        left = plural(still_open, "piece")
        raise BadInput(
            _("Only %(pieces)s of %(job)s can still be good here.", pieces=left, job=job),
            next_step=_("Count no more than were ordered."),
            field="good",
        )
    if found.before is not None and good + spoiled > arrived:
        before, came = found.before.name, plural(arrived, "piece")
        raise BadInput(
            _("Only %(pieces)s arrived here from “%(before)s”.", pieces=came, before=before),
            next_step=_("Count at “%(before)s” first.", before=before),
            field="good" if good else "spoiled",
        )
    found.operation.counted = True
    return write(
        found.tree,
        job,
        actor,
        operation_id=found.operation.id,
        passed=good,
        good=good if found.is_last else 0,
        spoiled=spoiled,
        cause=cause,
        entry_key=entry_key,
    )


def pass_quality(found: JobInTree, actor: Actor, good: int | None = None) -> Job:
    """Pass the pieces that reached quality, all of them or `good`; the job ends if none stays open.

    Starts the check where nobody did. Where pieces stay open (spoiled before, or not passed now)
    the job stays in quality check until they come, a reprint takes them, or it is finished short.
    Raises BadInput where no piece waits. Records job.quality_passed.
    """
    job, tree = found.job, found.tree
    checks, before, passed = found.left, {"state": job.state}, 0
    for check in checks if good != 0 else ():
        _run(check, actor)
        if good is not None and check.is_last:
            add(check, actor, good)
            passed = good
        else:
            passed = pass_rest(check, actor)
    if not passed:
        raise BadInput(
            _("No pieces are waiting for quality check here."),
            next_step=_("Count the pieces at the operation before, or finish the job short."),
            field="good",
        )
    is_complete = tree.own_open(job) == 0
    if is_complete:
        for check in checks:
            OPERATION.fire(check.operation, "finish_operation")
            check.operation.finished_at = now()
    after = {"state": "finished" if is_complete else job.state}
    data = {"good": passed, "figures": tree.figures(job).as_dict()}
    record("job.quality_passed", job, actor, before=before, after=after, data=data)
    if is_complete:
        end(tree, job, actor)
    return job


def fail_quality(
    found: JobInTree, actor: Actor, spoiled: int, cause: str, rework_from: uuid.UUID | None = None
) -> Job:
    """Count `spoiled` pieces that reached quality as bad and send the job back to be made again.

    The operations from `rework_from` on (an operation's id, default the first) wait to be done
    again. Raises BadInput (more than came). Records job.quality_failed.
    """
    job, check = found.job, found.left[0]
    to_rework = _made_from(job, rework_from)
    _run(check, actor)
    add(check, actor, 0, spoiled, cause)
    OPERATION.fire(check.operation, "pause_operation")
    for step in to_rework:
        reopen(found.at(step), actor, cause)
    figures = found.tree.figures(job).as_dict()
    data = {"spoiled": spoiled, "cause": cause, "figures": figures}
    move(job, "send_back", "job.quality_failed", actor, data)
    return job


def _run(check: OperationInTree, actor: Actor) -> None:
    if check.operation.state in STEP_PENDING:
        start_operation(check, actor)
    elif check.operation.state in STEP_PAUSED:
        OPERATION.fire(check.operation, "resume_operation")


def _made_from(job: Job, rework_from: uuid.UUID | None) -> list[Operation]:
    made = [step for step in job.operations if step.state in STEP_DONE]
    ids = [step.id for step in made]
    if rework_from is None:
        return made
    if rework_from not in ids:
        raise BadInput(_("This operation was not done on this job."), field="rework_from")
    return made[ids.index(rework_from) :]
