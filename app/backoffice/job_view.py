"""Everything the page of one job shows, and what this person may do with the job now."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select

from app.backoffice.pictures import Approved, approved
from app.backoffice.station_view import permission
from app.core.actor import Actor
from app.core.db import db, get
from app.core.events import Event
from app.fulfilment import queries as fulfilment
from app.orders.models import OrderLine
from app.production import queries
from app.production.cards import JobCard, StepCard
from app.production.models import Job, WorkOrder
from app.production.states import JOB
from app.stock import services as stock
from app.stock.models import Reservation

TIMELINE = 60


@dataclass(frozen=True)
class JobView:
    """The whole page. `verbs` are the planner's, `again` and `skippable` the steps they apply to."""

    job: JobCard
    tree: tuple[JobCard, ...]
    line: OrderLine
    paper: WorkOrder | None
    picture: Approved | None
    materials: tuple[Reservation, ...]
    events: tuple[Event, ...]
    verbs: frozenset[str]
    again: frozenset[uuid.UUID]
    skippable: frozenset[uuid.UUID]
    reprintable: int
    may_work: bool

    @property
    def parts(self) -> tuple[JobCard, ...]:
        """The jobs that were split or reprinted from this one."""
        return tuple(one for one in self.tree if one.parent_id == self.job.id)

    @property
    def own_open(self) -> int:
        """Pieces that this job itself still has to make."""
        return self.job.steps[-1].open if self.job.steps else 0


def read(job_id: uuid.UUID, actor: Actor) -> JobView:
    """Return the page of a job in a number of queries that grows with nothing. Raises NotFound."""
    jobs = queries.jobs_of_order(get(Job, job_id).order_id)
    job = next(one for one in jobs if one.id == job_id)
    tree = tuple(one for one in jobs if one.line_id == job.line_id)
    verbs, reprintable = allowed(job, tree, actor)
    planner = actor.may("job.plan") and not job.is_split
    return JobView(
        job=job,
        tree=tree,
        line=db.session.get_one(OrderLine, job.line_id),
        paper=queries.work_orders([job.id]).get(job.id),
        picture=approved([job]).get(job.id),
        materials=tuple(stock.open_claims(job.line_id)),
        events=_events(job),
        verbs=verbs,
        again=frozenset(s.id for s in job.steps if planner and _may_do_again(job, s)),
        skippable=frozenset(s.id for s in job.steps if planner and _may_skip(job, s)),
        reprintable=reprintable,
        may_work=job.step is not None and actor.may(permission(job.step)),
    )


def allowed(job: JobCard, tree: tuple[JobCard, ...], actor: Actor) -> tuple[frozenset[str], int]:
    """Return the verbs that `actor` may do with the job now, and how many pieces a reprint may have."""
    found = set()
    reprintable = 0
    if actor.may("job.plan"):
        if JOB.can(job.state, "cancel"):
            found.add("cancel")
        if not job.is_split:
            if JOB.can(job.state, "schedule"):
                found.add("schedule")
            if job.state in ("new", "ready", "scheduled") and job.steps[-1].open > 1:
                found.add("split")
            if job.state in ("running", "quality_check"):
                found.add("finish-short")
    printed = job.state in ("running", "quality_check", "finished") and not job.is_split
    if printed and actor.may("job.reprint"):
        children = sum(one.figures.good for one in tree if one.parent_id == job.id)
        still_here = in_the_house(job)
        reprintable = job.steps[-1].open + max(0, min(job.figures.good - children, still_here))
        if reprintable:
            found.add("reprint")
    return frozenset(found), reprintable


def in_the_house(job: JobCard) -> int:
    """Return how many good pieces of the job's line have not left the house."""
    good = queries.good_by_line(job.order_id).get(job.line_id, 0)
    return max(0, good - fulfilment.gone_by_line(job.order_id).get(job.line_id, 0))


def _may_do_again(job: JobCard, step: StepCard) -> bool:
    working = job.state in ("running", "quality_check")
    return working and step.state == "done" and step.open > 0


def _may_skip(job: JobCard, step: StepCard) -> bool:
    untouched = not step.passed and not step.spoiled
    return step.state in ("pending", "paused") and untouched and not step.is_last


def _events(job: JobCard) -> tuple[Event, ...]:
    """What happened to the job and to its steps, the newest first."""
    subjects = [job.id, *(step.id for step in job.steps)]
    query = (
        select(Event)
        .where(Event.stream_id == job.order_id, Event.subject_id.in_(subjects))
        .order_by(Event.stream_seq.desc())
        .limit(TIMELINE)
    )
    return tuple(db.session.scalars(query))
