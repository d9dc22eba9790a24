"""Everything the page of one job shows, and what this person may do with the job now."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select

from app.backoffice.pictures import Approved, approved
from app.core.actor import Actor
from app.core.db import db
from app.core.events import Event
from app.core.verbs import Offer, offers
from app.orders.models import OrderLine
from app.production import queries
from app.production.cards import JobCard, cards_of
from app.production.job_tree import JobInTree
from app.production.models import WorkOrder
from app.production.services.tree import reprintable
from app.production.states import STARTED
from app.production.verbs import work_permission
from app.stock import services as stock
from app.stock.models import Reservation

TIMELINE = 60


@dataclass(frozen=True)
class JobView:
    """The whole page. `step_offers`: by operation's id what this person may do with it."""

    job: JobCard
    tree: tuple[JobCard, ...]
    line: OrderLine
    paper: WorkOrder | None
    picture: Approved | None
    materials: tuple[Reservation, ...]
    events: tuple[Event, ...]
    step_offers: dict[uuid.UUID, dict[str, Offer]]
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


def read(found: JobInTree, actor: Actor) -> JobView:
    """Return the page of a job in a number of queries that grows with nothing."""
    cards = cards_of(found.tree)
    job = cards[found.job.id]
    return JobView(
        job=job,
        tree=queries.parents_first(cards.values()),
        line=db.session.get_one(OrderLine, job.line_id),
        paper=queries.work_orders([job.id]).get(job.id),
        picture=approved([job]).get(job.id),
        materials=tuple(stock.open_claims(job.line_id)),
        events=_events(job),
        step_offers={
            step.id: offers("operation", found.at(step), actor) for step in found.job.operations
        },
        reprintable=reprintable(found) if job.state in STARTED else 0,
        may_work=job.step is not None and actor.may(work_permission(job.step)),
    )


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
