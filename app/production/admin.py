"""The back office of production: the list of jobs, and the work centres."""

from collections.abc import Sequence
from typing import Any

from flask import g
from markupsafe import Markup
from wtforms.validators import Optional

from app.core.backoffice.columns import Column, ConditionFilter, choice_filter, ref_link
from app.core.backoffice.listing import SavedView
from app.core.backoffice.model_view import BackOfficeModelView
from app.core.translations import _, _l
from app.core.web.formats import due
from app.orders.cells import belongs_to
from app.production import verbs
from app.production.cards import JobCard, cards
from app.production.models import Job, Operation, WorkCentre
from app.production.states import ENDED, JOB, STEP_ENDED

KIND_WORDS = {"first": _l("First run"), "split": _l("Part"), "reprint": _l("Reprint")}


def _passes(words: str) -> Any:
    """Return the condition for jobs with a step that is not done at a work centre so named."""
    is_there = Operation.work_centre.has(WorkCentre.name.icontains(words, autoescape=True))
    return Job.operations.any(Operation.state.not_in(STEP_ENDED) & is_there)


def card(row: Job) -> JobCard:
    """Return what is shown of the job, as it was read for the page."""
    read: dict[Any, JobCard] = g.job_cards
    return read[row.id]


def _read_cards(rows: Sequence[Job]) -> None:
    g.job_cards = cards([row.serial for row in rows])


def _linked(row: Job) -> Markup:
    tag = Markup(' <span class="tag tag-rush">Rush</span>') if card(row).rush else Markup("")
    return ref_link(row.number, "job_page.page") + tag


def _order_link(row: Job) -> Markup:
    return ref_link(card(row).order_number, "order_page.page")


def _where(row: Job) -> str:
    """Return what the job waits for, else the work centre of its step."""
    found = card(row)
    if found.is_split:
        return _("Split")
    if found.hold_reason and row.state not in ENDED:
        return _("On hold: %(hold_reason)s", hold_reason=found.hold_reason)
    if found.waits_for and row.state not in ENDED:
        return ", ".join(f"{gate.key}: {gate.waits_for}" for gate in found.waits_for)
    return found.step.work_centre.name if found.step else ""


class JobList(BackOfficeModelView):
    """All jobs. A row leads to the page of the job."""

    model = Job
    name = _l("Jobs")
    endpoint = "jobs"
    permission_view = "job.view"
    area = _l("Production")
    menu_icon = "ticket"
    menu_order = 30
    chart = JOB
    sentence = _l("Jobs, newest first. Ordered = good + open + cancelled.")
    empty_title = _l("No jobs")
    empty_sentence = _l("A job is created for each item when its order is placed.")
    can_view_details = False
    columns = (
        Column("number", _l("Job"), show=_linked, ahead=_read_cards),
        Column("title", _l("What"), "at-body", is_sortable=True),
        Column("customer", phone="skip-sm", show=lambda row: card(row).customer_name),
        Column("order", phone="", show=_order_link, export=lambda row: card(row).order_number),
        Column("state", phone="at-end", is_sortable=True),
        Column("where", phone="wide later", show=_where),
        Column("quantity", _l("Ordered"), "to-end said", is_sortable=True),
        Column("good", phone="said", show=lambda row: card(row).figures.good, is_number=True),
        Column(
            "spoiled",
            phone="to-end said",
            show=lambda row: card(row).figures.spoiled,
            is_number=True,
        ),
        Column("open", phone="skip-sm", show=lambda row: card(row).figures.open, is_number=True),
        Column(
            "due_on",
            _l("Due"),
            "wide later",
            lambda row: due(row.due_on, done=row.state in ENDED),
            is_sortable=True,
        ),
    )
    column_default_sort = ("created_at", True)
    column_searchable_list = ("title",)
    search_kind = "job"
    column_filters = (
        "state",
        choice_filter(Job.kind, _l("Kind"), KIND_WORDS),
        ConditionFilter(Job.order_id, _l("Customer"), belongs_to(Job.order_id)),
        "title",
        ConditionFilter(Job.id, _l("Work centre"), _passes),
        "due_on",
        "scheduled_on",
        "created_at",
    )
    saved_views = (
        SavedView(_l("New"), {"flt_state_equals": "new"}),
        SavedView(_l("Ready"), {"flt_state_equals": "ready"}),
        SavedView(_l("In progress"), {"flt_state_equals": "running"}),
        SavedView(_l("Quality check"), {"flt_state_equals": "quality_check"}),
        SavedView(_l("Reprints"), {"flt_kind_equals": "reprint"}),
    )

    def row_url(self, row: Job) -> str:
        """Return the page of the job."""
        return str(self.get_url("job_page.page", ref=row.number))


class WorkCentreList(BackOfficeModelView):
    """The places where work is done, with what their operators must know."""

    model = WorkCentre
    name = _l("Work centres")
    endpoint = "work_centres"
    permission_view = "job.view"
    permission_edit = "job.plan"
    create_verb = verbs.create_work_centre
    edit_verb = verbs.change_work_centre
    area = _l("Settings")
    menu_icon = "tool"
    menu_order = 30
    sentence = _l(
        "Each operation of a route happens at a work centre; operators see its instructions there."
    )
    empty_sentence = _l("Load a preset, or add your first press, printer or bench.")
    columns = (
        Column("name", is_sortable=True),
        Column("key", phone="skip-sm", is_sortable=True),
        Column("instructions", phone="at-body"),
    )
    column_searchable_list = ("name", "key")
    column_default_sort = ("name", False)
    form_columns = ("name", "instructions", "key")
    form_args = {
        "key": {
            "validators": [Optional()],
            "description": _l(
                "Routes refer to the work centre by this key. Leave it empty to have it made from the name."
            ),
        },
        "instructions": {"description": _l("Instructions for operators, one per line.")},
    }

    def edit_form(self, obj: Any = None) -> Any:
        form = super().edit_form(obj)
        del form["key"]  # routes name it: it stays
        return form
