"""The jobs of one work centre: what it works on, and what may be started there next."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select

from app.core.db import db
from app.core.errors import NotFound
from app.core.translations import _
from app.orders.models import Order
from app.production.cards import JobCard
from app.production.models import Job, Operation, WorkCentre
from app.production.states import RELEASED, STEP_PENDING, STEP_STARTED
from app.production.urgent import HAS_CLOSED_GATE, most_urgent, nothing_pending_before


@dataclass(frozen=True)
class Station:
    """What one work centre works on and what comes next; steps are those of that centre."""

    centre: WorkCentre
    current: tuple[JobCard, ...]
    next: tuple[JobCard, ...]


def read_station(work_centre_key: str, *, limit: int = 20) -> Station:
    """Return what runs or is paused at the work centre, and what may be started there next.

    Raises NotFound where there is no such work centre.
    """
    centre = db.session.scalars(select(WorkCentre).where(WorkCentre.key == work_centre_key)).first()
    if centre is None:
        raise NotFound(_("There is no such work centre."))
    here = select(Operation.job_id).where(Operation.work_centre_id == centre.id)
    busy = here.where(Operation.state.in_(STEP_STARTED))
    waiting = here.where(Operation.state.in_(STEP_PENDING), nothing_pending_before())
    may_start = [Job.state.in_(RELEASED), ~HAS_CLOSED_GATE, Order.hold_reason.is_(None)]
    wanted: dict[str, list[ColumnElement[bool]]]
    wanted = {"current": [Job.id.in_(busy)], "next": [Job.id.in_(waiting), *may_start]}
    return Station(centre, **most_urgent(wanted, limit))
