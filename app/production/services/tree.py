"""Splits and reprints: children that take over pieces of their parent, never copy them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from app.core.actor import Actor, require
from app.core.clock import now
from app.core.db import db
from app.core.errors import BadInput, WrongState
from app.core.events import record
from app.production.job_tree import JobTree, lock_job_tree
from app.production.models import Job, JobGate, Operation
from app.production.services.create import announce
from app.production.services.moves import go_on, pieces, refuse_split, require_reason, whole, write
from app.production.states import JOB, OPERATION


def split_job(job_id: uuid.UUID, quantities: Sequence[int], *, actor: Actor) -> list[Job]:
    """Split a job that has not begun into parts whose quantities sum to its own; return the parts.

    The parts stand where the job stood, with its gates and route; the job becomes their sum. Locks
    the tree. Raises NotAllowed, BadInput (sum, fewer than two), WrongState (begun, split before).
    """
    job, tree = lock_job_tree(job_id)
    require(actor, "job.plan", stream_id=job.order_id)
    refuse_split(tree, job)
    if job.state not in ("new", "ready", "scheduled"):
        raise WrongState(
            f"{job.number} can't be split: the state is “{JOB.word(job.state)}”.",
            next_step="Make a reprint of the pieces that are missing.",
        )
    wanted = [whole(value, "quantities") for value in quantities]
    if len(wanted) < 2 or 0 in wanted or sum(wanted) != tree.own_open(job):
        raise BadInput(
            f"Give two or more quantities that make {tree.own_open(job)} together.",
            field="quantities",
        )
    parts = [
        _child(tree, job, "split", f"{job.suffix}-{place}", quantity, "")
        for place, quantity in enumerate(wanted, start=1)
    ]
    for step in job.operations:
        OPERATION.fire(step, "skip")
        step.reason = "Split into parts"
    record(
        "job.split",
        job,
        actor,
        stream_id=job.order_id,
        before={"quantity": job.quantity},
        after={"parts": {part.number: part.quantity for part in parts}},
    )
    for part in parts:
        announce(part, actor, parent=job.number)
    return parts


def reprint_job(
    job_id: uuid.UUID, quantity: int, cause: str, *, actor: Actor, takeable: int | None = None
) -> Job:
    """Make a new job for pieces of this one that were spoiled, or found bad later; return it.

    Open pieces are taken first; what is missing is taken from the good ones, which then count as
    spoiled. `takeable` is how many good pieces are still in the house (the caller knows what was
    shipped; default all). The reprint starts with the gates as they stand. Locks the job tree. Raises
    NotAllowed, BadInput (more than there are, no cause), WrongState (cancelled or split).
    """
    job, tree = lock_job_tree(job_id)
    require(actor, "job.reprint", stream_id=job.order_id)
    refuse_split(tree, job)
    if job.state not in ("running", "quality_check", "finished"):
        raise WrongState(f"{job.number} can't be reprinted: it is {JOB.word(job.state).lower()}.")
    cause = require_reason(cause)
    good = tree.own(job).good
    still_good = good if takeable is None else max(0, min(good, takeable))
    still_open = tree.own_open(job)
    if not 0 < whole(quantity, "quantity") <= still_open + still_good:
        raise BadInput(
            f"A reprint of {job.number} can have 1 to {still_open + still_good} pieces.",
            field="quantity",
        )
    found_bad = max(0, quantity - still_open)
    if found_bad:
        write(tree, job, actor, good=-found_bad, spoiled=found_bad, cause=cause)
    count = sum(child.kind == "reprint" for child in tree.children(job))
    suffix = f"{job.suffix}R{count + 1 if count else ''}"
    child = _child(tree, job, "reprint", suffix, quantity, cause)
    record(
        "job.reprinted",
        job,
        actor,
        stream_id=job.order_id,
        after={"reprint": child.number, "quantity": quantity},
        data={"job_id": child.id, "cause": cause, "found_bad": found_bad},
    )
    announce(child, actor, parent=job.number, cause=cause)
    _settle(tree, job, actor)
    return child


def _settle(tree: JobTree, job: Job, actor: Actor) -> None:
    """A step that only waited for the pieces which the reprint took is done; the job may end."""
    if tree.own_open(job) == 0:
        last = job.operations[-1]
        earlier_done = all(step.state in ("done", "skipped") for step in job.operations[:-1])
        if earlier_done and last.state in ("running", "paused"):
            OPERATION.fire(last, "finish")
            last.finished_at = now()
        go_on(tree, job, actor)


def _child(tree: JobTree, job: Job, kind: str, suffix: str, quantity: int, cause: str) -> Job:
    if len(suffix) > 60:
        raise BadInput(f"{pieces(quantity)} can't be split off again: the tree is too deep.")
    child = Job(
        serial=job.serial,
        suffix=suffix,
        order_id=job.order_id,
        line_id=job.line_id,
        parent_id=job.id,
        kind=kind,
        cause=cause,
        title=job.title,
        quantity=quantity,
        state=_state(job) if kind == "reprint" else job.state,
        state_since=now(),
        due_on=job.due_on,
        scheduled_on=job.scheduled_on if kind == "split" else None,
        approved_sha256=job.approved_sha256,
        operations=[_copy(step) for step in job.operations],
        gates=[
            JobGate(
                key=gate.key,
                is_open=gate.is_open,
                waits_for=gate.waits_for,
                cause=gate.cause,
                opened_at=gate.opened_at,
            )
            for gate in job.gates
        ],
    )
    db.session.add(child)
    db.session.flush()
    tree.jobs[child.id] = child
    return child


def _state(job: Job) -> str:
    return "ready" if all(gate.is_open for gate in job.gates) else "new"


def _copy(step: Operation) -> Operation:
    return Operation(
        position=step.position,
        key=step.key,
        name=step.name,
        work_centre=step.work_centre,
        setup_minutes=step.setup_minutes,
        minutes_per_unit=step.minutes_per_unit,
        is_quality_check=step.is_quality_check,
    )
