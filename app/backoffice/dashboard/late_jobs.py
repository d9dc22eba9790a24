"""Jobs that are late or blocked, and what keeps each of them."""

from dataclasses import dataclass

from sqlalchemy import func, or_, select

from app.core.clock import shop_day
from app.core.db import db
from app.core.translations import _
from app.orders.models import Order
from app.production.cards import JobCard, cards
from app.production.models import Job, JobGate
from app.production.queries import is_split
from app.production.states import ENDED

SHOWN = 8


@dataclass(frozen=True)
class LateJobs:
    """The most pressing of them, how many are late, and how many there are with the blocked ones."""

    cards: tuple[JobCard, ...]
    late: int
    count: int


def read() -> LateJobs:
    """Return late jobs, then those on hold or behind a closed gate, by due date. Seven queries."""
    day = shop_day()
    late = Job.due_on < day
    closed = Job.id.in_(select(JobGate.job_id).where(~JobGate.is_open))
    held = Job.order_id.in_(select(Order.id).where(Order.hold_reason.is_not(None)))
    wanted = (
        Job.state.not_in(ENDED),
        ~is_split(),
        or_(late, closed, held, Job.hold_reason.is_not(None)),
    )
    counts = db.session.execute(
        select(func.count(), func.count().filter(late)).select_from(Job).where(*wanted)
    ).one()
    query = select(Job.id, Job.serial).join(Order, Order.id == Job.order_id).where(*wanted)
    order = (Job.due_on.asc().nulls_last(), Order.rush.desc(), Job.serial, Job.id)
    rows = db.session.execute(query.order_by(*order).limit(SHOWN)).all()
    built = cards([row.serial for row in rows]) if rows else {}
    return LateJobs(tuple(built[row.id] for row in rows), counts[1], counts[0])


def blocked_by(card: JobCard) -> tuple[str, str]:
    """Return what keeps the job, and the details of it."""
    if card.hold_reason:
        return _("On hold"), card.hold_reason
    closed = card.waits_for
    if closed:
        gates = " + ".join(gate.key for gate in closed)
        details = dict.fromkeys(gate.waits_for for gate in closed if gate.waits_for)
        return _("Waiting for %(gates)s", gates=gates), "; ".join(details)
    step = card.step
    if step is None:
        return _("Pieces missing, all operations done"), _("Decision needed")
    place = _("%(operation)s at %(place)s", operation=step.name, place=step.work_centre.name)
    if step.state == "paused":
        return _("%(operation)s paused", operation=step.name), step.reason or place
    if step.state == "running":
        return _("In progress"), place
    return _("Not started"), _("Next: %(operation)s", operation=place)
