"""Everything the page of one job shows, and what this person may do with the job now."""

from app.backoffice.pictures import approved
from app.core.actor import Actor
from app.core.db import db
from app.core.events import Event, timeline
from app.core.verbs import offers
from app.orders.models import OrderLine
from app.production import queries
from app.production.cards import JobCard, cards_of
from app.production.job_tree import JobInTree
from app.production.services.tree import reprintable
from app.production.states import STARTED
from app.production.verbs import work_permission
from app.stock import services as stock

TIMELINE = 60


class JobView:
    """The page of one job; a number of queries that grows with nothing.

    `step_offers` holds, by operation's id, what `actor` may do with it.
    """

    def __init__(self, found: JobInTree, actor: Actor) -> None:
        cards = cards_of(found.tree)
        self.job = job = cards[found.job.id]
        self.tree = queries.parents_first(cards.values())
        self.line = db.session.get_one(OrderLine, job.line_id)
        self.paper = queries.work_orders([job.id]).get(job.id)
        self.picture = approved([job]).get(job.id)
        self.materials = stock.open_claims(job.line_id)
        subjects = [job.id, *(step.id for step in job.steps)]
        self.events = timeline(job.order_id, Event.subject_id.in_(subjects), limit=TIMELINE)
        self.step_offers = {
            step.id: offers("operation", found.at(step), actor) for step in found.job.operations
        }
        self.reprintable = reprintable(found) if job.state in STARTED else 0
        self.may_work = job.step is not None and actor.may(work_permission(job.step))

    @property
    def parts(self) -> list[JobCard]:
        """The jobs that were split or reprinted from this one."""
        return [one for one in self.tree if one.parent_id == self.job.id]

    @property
    def own_open(self) -> int:
        """Pieces that this job itself still has to make."""
        return self.job.steps[-1].open if self.job.steps else 0
