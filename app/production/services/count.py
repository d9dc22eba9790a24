"""Counting pieces, good and spoiled, at a running operation.

Runs as a verb (app/production/verbs.py): the job tree is locked and everything was checked before.
"""

from __future__ import annotations

from sqlalchemy import select

from app.core.actor import Actor
from app.core.db import db
from app.core.errors import BadInput
from app.core.events import record
from app.production.job_tree import JobTree, OperationInTree, previous
from app.production.models import Job, Operation, QuantityEvent
from app.production.services.moves import pieces, require_reason, write


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
    operation, job, tree = found.operation, found.job, found.tree
    if entry_key and (first := _first_time(entry_key, operation, good, spoiled)):
        return first
    if not good and not spoiled:
        raise BadInput("Enter how many pieces are good or spoiled.", field="good")
    if spoiled:
        require_reason(cause)
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
