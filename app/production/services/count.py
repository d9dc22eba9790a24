"""Counting pieces, good and spoiled, at a running operation.

Runs as a verb (app/production/verbs.py): the job tree is locked and everything was checked before.
"""

from sqlalchemy import select

from app.core.actor import Actor
from app.core.db import db
from app.core.errors import BadInput
from app.core.events import record
from app.core.translations import _
from app.production.job_tree import OperationInTree
from app.production.models import QuantityEvent
from app.production.services.moves import pieces, write


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
    data = {
        "operation": operation.name,
        "job": job.number,
        "good": good,
        "spoiled": spoiled,
        "cause": cause,
        "figures": found.tree.figures(job).as_dict(),
    }
    record("pieces.counted", job, actor, data=data)
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
        raise BadInput(
            _(
                "Only %(pieces)s of %(job)s can still be good here.",
                pieces=pieces(still_open),
                job=job,
            ),
            next_step=_("Count no more than were ordered."),
            field="good",
        )
    if found.before is not None and good + spoiled > arrived:
        raise BadInput(
            _(
                "Only %(pieces)s arrived here from “%(before)s”.",
                pieces=pieces(arrived),
                before=found.before.name,
            ),
            next_step=_("Count at “%(before)s” first.", before=found.before.name),
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
