"""Stations: what a work centre makes now, by scanning the ticket, on a tablet."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask import abort, redirect, request
from flask_admin import expose

from app.backoffice import station_view
from app.backoffice.acting import carry_out, typed_number
from app.core.actor import Actor
from app.core.backoffice.access import staff_or_refuse
from app.core.backoffice.view import BackOfficeView
from app.core.clock import today
from app.core.db import db, get
from app.core.errors import BadInput, NotFound, Problem, WrongState
from app.core.settings import current
from app.production import queries
from app.production import services as production
from app.production.cards import JobCard
from app.production.models import Job, Operation


def views() -> list[BackOfficeView]:
    """Return the stations' view."""
    return [Stations(name="Stations", endpoint="station", url="/admin/station")]


def _count(operation: Operation, actor: Actor) -> Any:
    return production.count_pieces(
        operation.id,
        good=typed_number("good", default=0),
        spoiled=typed_number("spoiled", default=0),
        cause=request.form.get("cause", ""),
        entry_key=request.form.get("entry_key") or None,
        actor=actor,
    )


def _pass(operation: Operation, actor: Actor) -> Any:
    good = typed_number("good") if request.form.get("good", "").strip() else None
    return production.pass_quality(operation.job_id, good=good, actor=actor)


def _fail(operation: Operation, actor: Actor) -> Any:
    return production.fail_quality(
        operation.job_id,
        spoiled=typed_number("spoiled"),
        cause=request.form.get("cause", ""),
        actor=actor,
    )


VERBS: dict[str, tuple[str, Callable[[Operation, Actor], Any]]] = {
    "start": ("Started.", lambda o, a: production.start_operation(o.id, actor=a)),
    "pause": (
        "Paused.",
        lambda o, a: production.pause_operation(
            o.id, reason=request.form.get("reason", ""), actor=a
        ),
    ),
    "resume": ("It goes on.", lambda o, a: production.resume_operation(o.id, actor=a)),
    "count": ("Counted.", _count),
    "finish": ("The step is finished.", lambda o, a: production.finish_operation(o.id, actor=a)),
    "pass": ("Quality passed.", _pass),
    "fail": ("The pieces are spoiled and open again.", _fail),
}


CHECK_OR_NOT = ("pass", "fail", "count", "finish")


class Stations(BackOfficeView):
    """One page a work centre: the scan field, the job at hand, four big buttons, what is next."""

    permission_view = "job.view"
    area = "Production"
    menu_icon = "station"
    menu_order = 30

    @expose("/")
    def index(self) -> Any:
        """Choose where you stand."""
        return self.render("backoffice/stations.html", centres=station_view.centres())

    @expose("/<key>")
    def place(self, key: str) -> Any:
        """The station; ``?job=J-2291`` puts that job on the table."""
        return self._page(key, request.args.get("job", ""))

    @expose("/<key>/live")
    def live(self, key: str) -> Any:
        """The part that changes by itself."""
        return self._page(key, request.args.get("job", ""), template="station_live")

    @expose("/<key>/scan", methods=("POST",))
    def scan(self, key: str) -> Any:
        """A ticket was scanned or a number typed: put that job on the table."""
        code = request.form.get("code", "")[:100]
        try:
            job = queries.find_by_barcode(code)
        except Problem as problem:
            return self._page(key, "", problem=problem), problem.status
        return redirect(self.get_url(".place", key=key, job=job.number), 303)

    @expose("/<key>/step/<uuid:operation_id>/<verb>", methods=("POST",))
    def act(self, key: str, operation_id: uuid.UUID, verb: str) -> Any:
        """Do `verb` to the step and show the job as it is then."""
        entry = VERBS.get(verb)
        if entry is None:
            abort(404)
        done, call = entry
        actor = staff_or_refuse()
        operation = get(Operation, operation_id)
        number = db.session.get_one(Job, operation.job_id).number

        def act_here() -> None:
            _refuse_elsewhere(operation, key)
            _refuse_other_verb(operation, verb)
            call(operation, actor)

        return carry_out(
            act_here,
            done,
            self.get_url(".place", key=key, job=number),
            lambda problem: self._page(key, number, problem=problem, verb=verb),
        )

    def _page(
        self,
        key: str,
        number: str,
        *,
        problem: Problem | None = None,
        template: str = "station",
        verb: str = "",
    ) -> Any:
        job, problem = _scanned(number, problem)
        try:
            view = station_view.read(key, job, staff_or_refuse())
        except NotFound:
            abort(404)
        return self.render(
            f"backoffice/{template}.html",
            view=view,
            problem=problem,
            failed=verb if problem else "",
            typed=request.form if problem else {},
            entry_key=uuid.uuid4().hex,
            today=today(current().timezone),
            days_left=station_view.days_left,
        )


def _scanned(number: str, problem: Problem | None) -> tuple[JobCard | None, Problem | None]:
    """Return the job that was asked for, or what is wrong with its number."""
    if not number:
        return None, problem
    try:
        return queries.job_card(queries.find_by_barcode(number).id), problem
    except (BadInput, NotFound) as fault:
        return None, problem or fault


def _refuse_elsewhere(operation: Operation, key: str) -> None:
    centre = operation.work_centre
    if centre.key != key:
        raise WrongState(
            f"“{operation.name}” is done at {centre.name}, not here.",
            next_step="Scan the ticket there.",
        )


def _refuse_other_verb(operation: Operation, verb: str) -> None:
    if (verb in ("pass", "fail")) != operation.is_quality_check and verb in CHECK_OR_NOT:
        what = "a quality check" if operation.is_quality_check else "no quality check"
        raise WrongState(f"“{operation.name}” is {what}.", next_step="Load the page again.")
