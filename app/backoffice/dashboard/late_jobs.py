"""Jobs that are late or blocked, and what keeps each of them."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import exists, func, or_, select

from app.core.clock import today
from app.core.db import db
from app.core.settings import current
from app.orders.models import Order
from app.production.cards import JobCard, cards
from app.production.filters import is_split, joined
from app.production.models import Job, JobGate
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
    day = today(current().timezone)
    closed = exists().where(JobGate.job_id == Job.id, ~JobGate.is_open)
    late = Job.due_on < day
    wanted = (
        Job.state.not_in(ENDED),
        ~is_split(),
        or_(late, closed, Order.hold_reason.is_not(None)),
    )
    counts = db.session.execute(
        joined(select(func.count(), func.count().filter(late))).where(*wanted)
    ).one()
    query = joined(select(Job.id, Job.serial)).where(*wanted)
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
    place = _("%(operation)s at %(place)s", operation=step.name, place=step.work_centre_name)
    if step.state == "paused":
        return _("%(operation)s paused", operation=step.name), step.reason or place
    if step.state == "running":
        return _("In progress"), place
    return _("Not started"), _("Next: %(operation)s", operation=place)
