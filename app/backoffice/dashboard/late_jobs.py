"""Jobs that are past their day or may not go on, and what keeps each of them."""

from __future__ import annotations

from dataclasses import dataclass

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


def why(card: JobCard) -> tuple[str, str]:
    """Return what keeps the job, and who or what it waits for."""
    if card.hold_reason:
        return "On hold", card.hold_reason
    closed = card.waits_for
    if closed:
        said = " and ".join(gate.key for gate in closed).capitalize()
        waits = "; ".join(dict.fromkeys(gate.waits_for for gate in closed if gate.waits_for))
        return f"{said} gate" if len(
            closed
        ) == 1 else f"{said} gates", f"Waits for {waits}" if waits else ""
    step = card.step
    if step is None:
        return "Pieces open, every step done", "Waits for a decision"
    if step.state == "paused":
        return f"{step.name} paused", step.reason or f"at {step.work_centre_name}"
    if step.state == "running":
        return "Nothing, just late", f"{step.name} at {step.work_centre_name}"
    return "Not begun", f"{step.name} at {step.work_centre_name} comes next"
