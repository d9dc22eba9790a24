"""Counting pieces, good and spoiled, at a step that runs."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from app.core.actor import Actor, require
from app.core.db import db
from app.core.errors import BadInput, WrongState
from app.core.events import record
from app.production.job_tree import JobTree, lock_operation, previous
from app.production.models import Job, Operation, QuantityEvent
from app.production.services.moves import pieces, refuse_split, require_reason, whole, write


def count_pieces(
    operation_id: uuid.UUID,
    *,
    good: int = 0,
    spoiled: int = 0,
    cause: str = "",
    actor: Actor,
    entry_key: str | None = None,
) -> QuantityEvent:
    """Count pieces at a running step; spoiled ones need a cause and are open again.

    Good pieces count for the job at its last step; before, they have passed the step. `entry_key`
    names the click: the same key again returns the row of the first time and changes nothing.
    Locks the job tree. Raises NotAllowed, BadInput (more than there are, no cause), WrongState.
    """
    operation, job, tree = lock_operation(operation_id)
    require(
        actor,
        "job.quality" if operation.is_quality_check else "job.run",
        stream_id=job.order_id,
    )
    good, spoiled = whole(good, "good"), whole(spoiled, "spoiled")
    if entry_key and (first := _first_time(entry_key, operation, good, spoiled)):
        return first
    refuse_split(tree, job)
    if operation.state != "running":
        raise WrongState(f"“{operation.name}” is not running.", next_step="Start the step first.")
    if not good and not spoiled:
        raise BadInput("Say how many pieces are good or spoiled.", field="good")
    cause = require_reason(cause) if spoiled else cause.strip()[:500]
    row = add(tree, job, operation, good, spoiled, cause, actor, entry_key)
    figures = tree.figures(job).as_dict()
    data = {
        "operation": operation.name,
        "job": job.number,
        "good": good,
        "spoiled": spoiled,
        "cause": cause,
        "figures": figures,
    }
    record("pieces.counted", job, actor, stream_id=job.order_id, data=data)
    return row


def add(
    tree: JobTree,
    job: Job,
    operation: Operation,
    good: int,
    spoiled: int,
    cause: str,
    actor: Actor,
    entry_key: str | None = None,
) -> QuantityEvent:
    """Write the quantity event after checking it against what is there; no event of its own."""
    still_open = tree.open_at(job, operation)
    if good > still_open:
        raise BadInput(
            f"Only {pieces(still_open)} of {job.number} can still be good here.",
            next_step="Count no more than were ordered.",
            field="good",
        )
    before = previous(job, operation)
    if before is not None and good + spoiled > (there := tree.arrived(job, operation)):
        raise BadInput(
            f"Only {pieces(there)} came here from “{before.name}”.",
            next_step=f"Count at “{before.name}” first.",
            field="good" if good else "spoiled",
        )
    operation.counted = True
    return write(
        tree,
        job,
        actor,
        operation_id=operation.id,
        passed=good,
        good=good if operation is job.operations[-1] else 0,
        spoiled=spoiled,
        cause=cause,
        entry_key=entry_key,
    )


def _first_time(
    entry_key: str, operation: Operation, good: int, spoiled: int
) -> QuantityEvent | None:
    query = select(QuantityEvent).where(QuantityEvent.entry_key == entry_key)
    row = db.session.scalars(query).one_or_none()
    if row is None:
        return None
    if (row.operation_id, row.passed, row.spoiled) != (operation.id, good, spoiled):
        raise BadInput("This entry was sent before with other numbers.", field="entry_key")
    return row
