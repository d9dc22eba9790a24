"""One job: its gates, steps, counts and ticket, and what a planner can do with it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

from flask import abort, redirect, request
from flask_admin import expose

from app.backoffice import job_view
from app.backoffice.acting import carry_out, typed_number
from app.core import storage
from app.core.actor import Actor
from app.core.backoffice.access import staff_or_refuse
from app.core.backoffice.view import BackOfficeView
from app.core.clock import today
from app.core.errors import BadInput, NotFound, Problem
from app.core.settings import current
from app.production import queries
from app.production import services as production
from app.production.models import Job


def views() -> list[BackOfficeView]:
    """Return the job's page; the sidebar shows the list of jobs instead."""
    return [JobPage(name="Job", endpoint="job_page", url="/admin/job")]


def _day() -> date:
    try:
        day = date.fromisoformat(request.form.get("day", ""))
    except ValueError:
        raise BadInput("Choose a day.", field="day") from None
    if day < today(current().timezone):
        raise BadInput("That day is over. Choose today or a later one.", field="day")
    return day


def _split(job: Job) -> list[int]:
    """The part that was typed and the rest; the service judges whether that is a split."""
    first = typed_number("first")
    return [first, max(0, queries.job_card(job.id).steps[-1].open - first)]


def _step(job: Job) -> uuid.UUID:
    """The step that the form names; it must be one of this job's."""
    said = request.form.get("step", "")
    for step in job.operations:
        if str(step.id) == said:
            return step.id
    raise BadInput("This step is not one of the job's.", field="step")


def _cause() -> str:
    return request.form.get("cause", "")


def _reprint(job: Job, actor: Actor) -> Any:
    takeable = job_view.in_the_house(queries.job_card(job.id))
    return production.reprint_job(
        job.id, typed_number("quantity"), _cause(), actor=actor, takeable=takeable
    )


VERBS: dict[str, tuple[str, Callable[[Job, Actor], Any]]] = {
    "schedule": (
        "The job is planned for that day.",
        lambda job, a: production.schedule_job(job.id, _day(), actor=a),
    ),
    "split": (
        "The job is split. Each part has its own ticket.",
        lambda job, a: production.split_job(job.id, _split(job), actor=a),
    ),
    "reprint": ("The reprint is made.", _reprint),
    "finish-short": (
        "The job is finished with what is good.",
        lambda job, a: production.finish_job(
            job.id, short_cause=_cause().strip() or _missing_cause(), actor=a
        ),
    ),
    "cancel": (
        "The job is cancelled.",
        lambda job, a: production.cancel_job(job.id, cause=_cause(), actor=a),
    ),
    "rework": (
        "The step is done again.",
        lambda job, a: production.rework_operation(_step(job), _cause(), actor=a),
    ),
    "skip": (
        "The step is left out.",
        lambda job, a: production.skip_operation(_step(job), _cause(), actor=a),
    ),
}


def _missing_cause() -> str:
    raise BadInput("Say why the job ends short.", field="cause")


class JobPage(BackOfficeView):
    """One job with everything a planner or an operator asks."""

    permission_view = "job.view"

    @expose("/")
    def index(self) -> Any:
        """There is no page without a job: go to the board."""
        return redirect("/admin/board/")

    @expose("/<number>")
    def page(self, number: str) -> Any:
        """The whole page."""
        return self._page(self._find(number))

    @expose("/<number>/live")
    def live(self, number: str) -> Any:
        """The part that changes by itself."""
        return self._page(self._find(number), template="job_live")

    @expose("/<number>/ticket")
    def ticket(self, number: str) -> Any:
        """Send the browser to the newest work order in storage, to look at or print."""
        job = self._find(number)
        paper = queries.work_orders([job.id]).get(job.id)
        if paper is None:
            abort(404)
        name = f"{job.number} work order {paper.version}.pdf"
        return redirect(storage.sign_download(paper.storage_key, file_name=name, inline=True), 302)

    @expose("/<number>/<verb>", methods=("POST",))
    def act(self, number: str, verb: str) -> Any:
        """Do `verb` and come back."""
        entry = VERBS.get(verb)
        if entry is None:
            abort(404)
        job, actor = self._find(number), staff_or_refuse()
        return carry_out(
            lambda: entry[1](job, actor),
            entry[0],
            self.get_url(".page", number=job.number),
            lambda problem: self._page(self._find(number), problem, failed=verb),
        )

    def _find(self, number: str) -> Job:
        try:
            return queries.find_by_barcode(number)
        except (BadInput, NotFound):
            abort(404)

    def _page(
        self, job: Job, problem: Problem | None = None, template: str = "job", failed: str = ""
    ) -> Any:
        return self.render(
            f"backoffice/{template}.html",
            view=job_view.read(job.id, staff_or_refuse()),
            problem=problem,
            failed=failed,
            typed=request.form if problem else {},
            today=today(current().timezone),
        )
