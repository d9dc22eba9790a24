"""One job: its gates, operations, counts and ticket, and what a planner can do with it."""

import uuid
from typing import Any

from flask import abort, redirect
from flask_admin import expose

from app.backoffice.jobs.view import JobView
from app.core import storage
from app.core.backoffice.access import staff_or_refuse
from app.core.backoffice.record_page import SeparateRecordPage
from app.core.backoffice.view import BackOfficeView
from app.core.clock import today
from app.core.settings import current
from app.core.translations import _, _l
from app.production import queries
from app.production.job_tree import JobInTree
from app.production.verbs import JOBS


def views() -> list[BackOfficeView]:
    """Return the job's page; the sidebar shows the list of jobs instead."""
    return [JobPage(name=_l("Job"), endpoint="job_page", url="/admin/job")]


class JobPage(SeparateRecordPage):
    """One job with everything a planner or an operator asks."""

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
        name = _(
            "%(job_number)s work order %(version)s.pdf",
            job_number=job.number,
            version=paper.version,
        )
        return redirect(storage.sign_download(paper.storage_key, file_name=name, inline=True), 302)

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
        return {"view": view, "today": today(current().timezone)}
