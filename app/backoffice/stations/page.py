"""Stations: what a work centre makes now, by scanning the ticket, on a tablet."""

import uuid
from typing import Any

from flask import abort, redirect, request
from flask_admin import expose

from app.accounts.doors.station_change import switch_person
from app.accounts.services.attempts import TooManyTries
from app.accounts.services.station_access import WrongPerson, people_with_pin
from app.backoffice.stations import view as station_view
from app.core.backoffice.access import BackOfficeView, staff_or_refuse
from app.core.backoffice.row_verbs import offered_verb, perform_or_tell
from app.core.clock import shop_day
from app.core.errors import BadInput, NotFound, Problem, WrongState
from app.core.translations import _, _l
from app.core.verbs import VERBS
from app.production import queries
from app.production.cards import JobCard
from app.production.job_tree import JobInTree
from app.production.models import Operation
from app.production.verbs import OPERATIONS, find_operation


class Stations(BackOfficeView):
    """One page a work centre: the scan field, the job at hand, four big buttons, what is next."""

    name = _l("Stations")
    endpoint = "station"
    permission_view = "job.view"
    area = _l("Production")
    menu_icon = "station"
    menu_order = 30

    @expose("/")
    def index(self) -> Any:
        """Choose where you stand."""
        return self.render("backoffice/stations/list.html", centres=station_view.centres())

    @expose("/<key>")
    def place(self, key: str) -> Any:
        """The station; ``?job=J-2291`` puts that job on the table."""
        return self._page(key, request.args.get("job", ""))

    @expose("/<key>/live")
    def live(self, key: str) -> Any:
        """The part that changes by itself."""
        return self._page(key, request.args.get("job", ""), part="live")

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
        kind = "operation" if ("operation", verb) in VERBS else "job"
        entry = offered_verb(kind, verb, "station")
        found = find_operation(str(operation_id))
        record = found if entry.on is OPERATIONS else JobInTree(found.job, found.tree)
        number = found.job.number
        problem = _elsewhere(found.operation, key) or _other_verb(found.operation, verb)
        if problem is None:
            _, problem = perform_or_tell(entry, record)
        if problem is not None:
            return self._page(key, number, problem=problem, verb=verb), problem.status
        return redirect(self.get_url(".place", key=key, job=number), 303)

    @expose("/<key>/person", methods=("POST",))
    def change_person(self, key: str) -> Any:
        """Change the person by PIN or badge; the page and its job stay."""
        number, form = request.form.get("job", "")[:20], request.form
        try:
            switch_person(form.get("staff_id", ""), form.get("pin", ""), form.get("badge", ""))
        except (WrongPerson, TooManyTries) as problem:
            page = self._page(key, number, refused=problem)
            return page, problem.status
        return redirect(self.get_url(".place", key=key, job=number or None), 303)

    def _page(
        self,
        key: str,
        number: str,
        *,
        problem: Problem | None = None,
        part: str = "page",
        verb: str = "",
        refused: Problem | None = None,
    ) -> Any:
        job, problem = _scanned(number, problem)
        try:
            view = station_view.StationView(key, job, staff_or_refuse())
        except NotFound:
            abort(404)
        return self.render(
            f"backoffice/stations/{part}.html",
            view=view,
            problem=problem,
            failed=verb if problem else "",
            typed=request.form if problem else {},
            entry_key=uuid.uuid4().hex,
            today=shop_day(),
            days_left=station_view.days_left,
            refused=refused,
            people=people_with_pin("job.view") if part == "page" else (),
        )


def _scanned(number: str, problem: Problem | None) -> tuple[JobCard | None, Problem | None]:
    """Return the job that was asked for, or what is wrong with its number."""
    if not number:
        return None, problem
    try:
        return queries.job_card(queries.find_by_barcode(number).id), problem
    except (BadInput, NotFound) as fault:
        return None, problem or fault


def _elsewhere(operation: Operation, key: str) -> Problem | None:
    centre = operation.work_centre
    if centre.key == key:
        return None
    return WrongState(
        _("“%(step)s” is done at %(centre)s, not here.", step=operation, centre=centre),
        next_step=_("Scan the job ticket there."),
    )


def _other_verb(operation: Operation, verb: str) -> Problem | None:
    if verb not in station_view.NOT_AT[operation.is_quality_check]:
        return None
    what = _("a quality check") if operation.is_quality_check else _("not a quality check")
    return WrongState(
        _("“%(operation)s” is %(what)s.", operation=operation.name, what=what),
        next_step=_("Reload the page."),
    )
