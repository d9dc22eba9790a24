"""The jobs of one work centre: what it works on, and what may be started there next."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select

from app.core.db import db
from app.core.errors import NotFound
from app.core.translations import _
from app.production.cards import JobCard
from app.production.models import Job, Operation, WorkCentre
from app.production.queries import HAS_CLOSED_GATE, IS_HELD, most_urgent
from app.production.states import ENDED, RELEASED, STEP_PENDING, STEP_STARTED

# Where more is under way at once, what was started last is what is worked on.
MOST_STARTED = 200
SHOWN = 20


@dataclass(frozen=True)
class Station:
    """What one work centre works on and what comes next; steps are those of that centre."""

    centre: WorkCentre
    current: tuple[JobCard, ...]
    next: tuple[JobCard, ...]

    @property
    def shows_all(self) -> bool:
        """Whether no job was left out of either list."""
        return max(len(self.current), len(self.next)) < SHOWN


def read_station(work_centre_key: str, *, limit: int = SHOWN) -> Station:
    """Return what runs or is paused at the work centre, and what may be started there next.

    Raises NotFound where there is no such work centre.
    """
    centre = db.session.scalars(select(WorkCentre).where(WorkCentre.key == work_centre_key)).first()
    if centre is None:
        raise NotFound(_("There is no such work centre."))
    here = select(Operation.job_id).where(Operation.work_centre_id == centre.id)
    busy = here.where(Operation.state.in_(STEP_STARTED)).order_by(Operation.started_at.desc())
    pending = select(Operation.work_centre_id).where(Operation.state.in_(STEP_PENDING))
    first_pending = pending.where(Operation.job_id == Job.id).order_by(Operation.position).limit(1)
    may_start = [Job.state.in_(RELEASED), ~HAS_CLOSED_GATE, ~IS_HELD]
    wanted: dict[str, list[ColumnElement[bool]]] = {
        "current": [Job.id.in_(busy.limit(MOST_STARTED)), Job.state.not_in(ENDED)],
        "next": [first_pending.scalar_subquery() == centre.id, *may_start],
    }
    return Station(centre, **most_urgent(wanted, limit))
