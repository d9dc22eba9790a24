"""Counting pieces, at an operation and in the quality check; as verbs, on a locked and checked job tree."""

import uuid

from sqlalchemy import select

from app.core.actor import Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import AlreadyDone, BadInput, Stale, WrongState
from app.core.events import record
from app.core.translations import _
from app.core.web.formats import plural, quantity
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
    is_sure: bool = False,
) -> QuantityEvent:
    """Count pieces at a running operation; spoiled ones need a cause and are open again.

    More spoiled pieces than are open here need `is_sure`: where one is made again and again that
    happens, but a slip of the finger is likelier.

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
    if found.before is None and spoiled > found.open and not is_sure:
        counts = {"spoiled": plural(spoiled, "spoiled piece"), "open": quantity(found.open)}
        raise BadInput(
            _("%(spoiled)s are more than the %(open)s that are open here.", **counts),
            next_step=_("Check the number, or confirm it."),
            field="is_sure",
        )
    row = add(found, actor, good, spoiled, cause, entry_key)
    place = {"operation": operation.name, "job": job.number}
    figures = found.tree.figures(job).as_dict()
    counted = {"good": good, "spoiled": spoiled, "cause": cause, "figures": figures}
    record("pieces.counted", job, actor, data={**place, **counted})
    return row


def last_count(found: OperationInTree) -> QuantityEvent | None:
    """Return the newest count at the operation that was not taken back; None without one."""
    taken_back = select(QuantityEvent.corrects_id).where(QuantityEvent.corrects_id.is_not(None))
    query = select(QuantityEvent).where(
        QuantityEvent.operation_id == found.operation.id,
        QuantityEvent.corrects_id.is_(None),
        QuantityEvent.id.not_in(taken_back.where(QuantityEvent.operation_id == found.operation.id)),
    )
    return db.session.scalars(query.order_by(QuantityEvent.id.desc()).limit(1)).one_or_none()


def correct_count(found: OperationInTree, actor: Actor, count_id: uuid.UUID) -> QuantityEvent:
    """Take the operation's last count back, so that it can be entered again; the wrong one stays on record.

    Raises AlreadyDone where it was taken back before, Stale where another count came later, WrongState
    where its good pieces have gone on. Records pieces.corrected.
    """
    operation, job, newest = found.operation, found.job, last_count(found)
    again = select(QuantityEvent).where(QuantityEvent.corrects_id == count_id)
    if db.session.scalars(again).one_or_none() is not None:
        raise AlreadyDone(_("This count was already reversed. Nothing was changed."))
    if newest is None or newest.id != count_id:
        raise Stale(_("Another count was entered here meanwhile."), next_step=_("Reload the page."))
    if newest.passed > found.left_here:
        raise WrongState(
            _("The good pieces of this count have gone on to the next operation."),
            next_step=_("Count those that are bad as spoiled there."),
        )
    row = write(
        found.tree,
        job,
        actor,
        operation_id=operation.id,
        passed=-newest.passed,
        good=-newest.good,
        spoiled=-newest.spoiled,
        corrects_id=newest.id,
    )
    about = {"operation": operation.name, "job": job.number, "cause": newest.cause}
    figures = found.tree.figures(job).as_dict()
    counts = {"good": newest.passed, "spoiled": newest.spoiled, "figures": figures}
    record("pieces.corrected", job, actor, data={**about, **counts})
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
