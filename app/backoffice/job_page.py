"""One job: its gates, operations, counts and ticket, and what a planner can do with it."""

import uuid
from typing import Any

from flask import abort, redirect
from flask_admin import expose

from app.artwork.services.output import approved_output
from app.backoffice.pictures import approved
from app.catalog.breakdown import BreakdownRow, breakdown_rows
from app.core import storage
from app.core.actor import Actor
from app.core.backoffice.access import staff_or_refuse
from app.core.backoffice.record_page import SeparateRecordPage
from app.core.clock import shop_day
from app.core.db import db
from app.core.events import Event, timeline
from app.core.holds import open_hold
from app.core.translations import _, _l
from app.core.verbs import offers
from app.orders.models import OrderLine
from app.production import queries
from app.production.cards import JobCard, cards_of
from app.production.job_tree import JobInTree
from app.production.services.tree import reprintable
from app.production.states import STARTED
from app.production.verbs import JOBS, work_permission
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
        self.hold = open_hold(job.job) if job.job.hold_reason else None
        self.materials = stock.open_claims(job.line_id)
        subjects = [job.id, *(step.id for step in job.steps)]
        self.events = timeline(job.order_id, Event.subject_id.in_(subjects), limit=TIMELINE)
        self.step_offers = {
            step.id: offers("operation", found.at(step), actor) for step in found.job.operations
        }
        self.reprintable = reprintable(found) if job.state in STARTED else 0
        self.may_work = job.step is not None and actor.may(work_permission(job.step))

    @property
    def variants(self) -> list[BreakdownRow]:
        """The pieces of each variant that the job answers for."""
        return breakdown_rows(self.line.specification, self.job.breakdown)

    @property
    def own_variants(self) -> list[BreakdownRow]:
        """Those that it handed on to no other job."""
        return breakdown_rows(self.line.specification, self.job.tree.own_breakdown(self.job.job))

    @property
    def parts(self) -> list[JobCard]:
        """The jobs that were split or reprinted from this one."""
        return [one for one in self.tree if one.parent_id == self.job.id]

    @property
    def own_open(self) -> int:
        """Pieces that this job itself still has to make."""
        return self.job.steps[-1].open if self.job.steps else 0


class JobPage(SeparateRecordPage):
    """One job with everything a planner or an operator asks."""

    name = _l("Job")
    endpoint = "job_page"
    path = "job"
    permission_view = "job.view"
    subject = JOBS
    folder = "jobs"
    list_url = "/admin/board/"

    @expose("/<ref>/ticket")
    def ticket(self, ref: str) -> Any:
        """Send the browser to the newest work order in storage, to look at or print."""
        job = self.find(ref).job
        paper = queries.work_orders([job.id]).get(job.id)
        if paper is None:
            abort(404)
        name = _("%(job)s work order %(version)s.pdf", job=job, version=paper.version)
        return redirect(storage.sign_download(paper.storage_key, file_name=name, inline=True), 302)

    @expose("/<ref>/file")
    def approved_file(self, ref: str) -> Any:
        """Send the browser to the file that was approved for the job, and to no other."""
        card = queries.job_card(self.find(ref).job.id)
        shown = approved([card]).get(card.id)
        if card.artwork_slot_id is None or shown is None:
            abort(404)
        asset, _sha256 = approved_output(card.artwork_slot_id, source_sha256=card.approved_sha256)
        name = f"{card.number}-v{shown.version}-{shown.file_name}"
        return redirect(storage.sign_download(asset.storage_key, file_name=name), 302)

    @expose("/<ref>/step/<uuid:operation_id>/<verb>", methods=("POST",))
    def act_on_step(self, ref: str, operation_id: uuid.UUID, verb: str) -> Any:
        """Do the verb to one of the job's operations and come back."""
        found = self.find(ref)
        step = next((one for one in found.job.operations if one.id == operation_id), None)
        if step is None:
            abort(404)
        return self.do("operation", found.at(step), ref, verb)

    def context(self, record: JobInTree) -> dict[str, Any]:
        """Return everything about the job, and today in the shop's time zone."""
        view = JobView(record, staff_or_refuse())
        return {"view": view, "today": shop_day()}
