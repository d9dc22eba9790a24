"""The back office of production: the list of jobs, and the work centres."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import g
from flask_admin.contrib.sqla.filters import BaseSQLAFilter, FilterEqual
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from app.core.admin_base import BackOfficeModelView, SavedView
from app.core.web.formats import due, quantity
from app.customers.models import Customer
from app.orders.models import Order
from app.production.cards import JobCard, cards
from app.production.models import Job, Operation, WorkCentre
from app.production.states import ENDED, JOB, STEP_ENDED

KIND_WORDS = {"first": "First run", "split": "Part", "reprint": "Reprint"}


def views() -> list[BackOfficeModelView]:
    """Return this room's views for the back office to assemble."""
    return [
        JobList(Job, name="Jobs", endpoint="jobs", url="/admin/jobs"),
        WorkCentreList(
            WorkCentre, name="Work centres", endpoint="work_centres", url="/admin/work-centres"
        ),
    ]


class CustomerFilter(BaseSQLAFilter):
    """Jobs of a customer whose name holds the words."""

    def apply(self, query: Any, value: str, alias: Any = None) -> Any:
        """Narrow `query` by the customer's name; EXISTS, so that no job shows twice."""
        has = (
            select(Order.id)
            .join(Customer, Customer.id == Order.customer_id)
            .where(Order.id == Job.order_id, Customer.name.icontains(value, autoescape=True))
        )
        return query.filter(has.exists())

    def operation(self) -> str:
        return "contains"


class CentreFilter(BaseSQLAFilter):
    """Jobs with a step at a work centre that is not done."""

    def apply(self, query: Any, value: str, alias: Any = None) -> Any:
        """Narrow `query` to jobs that still have to pass the work centre."""
        has = (
            select(Operation.id)
            .join(WorkCentre, WorkCentre.id == Operation.work_centre_id)
            .where(
                Operation.job_id == Job.id,
                Operation.state.not_in(STEP_ENDED),
                WorkCentre.name.icontains(value, autoescape=True),
            )
        )
        return query.filter(has.exists())

    def operation(self) -> str:
        return "contains"


class JobList(BackOfficeModelView):
    """All jobs. A row leads to the page of the job."""

    permission_view = "job.view"
    area = "Production"
    menu_icon = "ticket"
    menu_order = 30
    chart = JOB
    title = "Jobs"
    sentence = "What is made, the newest first. Ordered is good, open and cancelled together."
    empty_title = "No jobs here"
    empty_sentence = "A job appears for each line as soon as its order is placed."
    can_view_details = False
    column_list = (
        "number",
        "title",
        "customer",
        "order",
        "state",
        "where",
        "quantity",
        "good",
        "spoiled",
        "open",
        "due_on",
    )
    column_labels = {
        "number": "Job",
        "title": "What",
        "quantity": "Ordered",
        "due_on": "Due",
        "order_id": "Order",
    }
    number_columns = ("quantity", "good", "spoiled", "open")
    phone_places = {
        "title": "at-body",
        "customer": "skip-sm",
        "order": "",
        "state": "at-end",
        "where": "wide later",
        "quantity": "to-end said",
        "good": "said",
        "spoiled": "to-end said",
        "open": "skip-sm",
        "due_on": "wide later",
    }
    column_default_sort = ("created_at", True)
    column_sortable_list = ("created_at", "title", "state", "quantity", "due_on")
    column_searchable_list = ("title",)
    search_kind = "job"
    column_filters = (
        FilterEqual(Job.state, "State", options=[(name, JOB.word(name)) for name in JOB.states]),
        FilterEqual(Job.kind, "Kind", options=list(KIND_WORDS.items())),
        CustomerFilter(Job.order_id, "Customer"),
        "title",
        CentreFilter(Job.id, "Work centre"),
        "due_on",
        "scheduled_on",
        "created_at",
    )
    column_formatters = {
        "number": lambda view, context, row, name: view.linked(row),
        "customer": lambda view, context, row, name: view.card(row).customer_name,
        "order": lambda view, context, row, name: view.order(row),
        "where": lambda view, context, row, name: view.where(row),
        "good": lambda view, context, row, name: quantity(view.card(row).figures.good),
        "spoiled": lambda view, context, row, name: quantity(view.card(row).figures.spoiled),
        "open": lambda view, context, row, name: quantity(view.card(row).figures.open),
        "due_on": lambda view, context, row, name: due(row.due_on, done=row.state in ENDED),
    }
    saved_views = (
        SavedView("All", {}),
        SavedView("New", {"flt_state_equals": "new"}),
        SavedView("Ready", {"flt_state_equals": "ready"}),
        SavedView("Running", {"flt_state_equals": "running"}),
        SavedView("Quality check", {"flt_state_equals": "quality_check"}),
        SavedView("Reprints", {"flt_kind_equals": "reprint"}),
    )

    def card(self, row: Job) -> JobCard:
        """Return what is shown of the job."""
        known: dict[Any, JobCard] = g.job_cards
        return known[row.id]

    def read_ahead(self, rows: Sequence[Job]) -> None:
        """Read the cards of all these jobs."""
        g.job_cards = cards([row.serial for row in rows])

    def linked(self, row: Job) -> Markup:
        """Return the job's number as a link to its page, with the tags that matter."""
        tag = Markup(' <span class="tag tag-rush">Rush</span>') if self.card(row).rush else ""
        link = Markup('<a class="ref" href="{}">{}</a>').format(self.row_url(row), row.number)
        return link + tag

    def order(self, row: Job) -> Markup:
        """Return the order's number as a link to its page."""
        ref = self.card(row).order_number
        url = self.get_url("order_page.page", ref=ref)
        return Markup('<a class="ref" href="{}">{}</a>').format(url, ref)

    def where(self, row: Job) -> str:
        """Return what the job waits for, else the work centre of its step."""
        card = self.card(row)
        if card.is_split:
            return "In parts"
        if card.hold_reason and row.state not in ENDED:
            return f"On hold: {card.hold_reason}"
        if card.waits_for and row.state not in ENDED:
            return ", ".join(f"{gate.key}: {gate.waits_for}" for gate in card.waits_for)
        return card.step.work_centre_name if card.step else ""

    def row_url(self, row: Job) -> str:
        """Return the page of the job."""
        return str(self.get_url("job_page.page", ref=row.number))

    def get_export_value(self, model: Job, name: str) -> Any:
        """Return the bare value of a cell; what the row itself lacks is read from its card."""
        if isinstance(getattr(Job, name, None), InstrumentedAttribute) or name == "number":
            return super().get_export_value(model, name)
        card = self.card(model)
        if name in ("good", "spoiled", "open"):
            return getattr(card.figures, name)
        known = {"customer": card.customer_name, "order": card.order_number}
        return known.get(name) or self.where(model)


class WorkCentreList(BackOfficeModelView):
    """The places where work is done, with what their operators must know."""

    permission_view = "job.view"
    permission_edit = "job.plan"
    area = "Settings"
    menu_icon = "tool"
    menu_order = 30
    title = "Work centres"
    sentence = "A route names the place of each step; its operators read the instructions there."
    empty_sentence = "Load a preset, or add the first press, printer or bench."
    column_list = ("name", "key", "instructions")
    phone_places = {"key": "skip-sm", "instructions": "at-body"}
    column_searchable_list = ("name", "key")
    column_default_sort = ("name", False)
    column_sortable_list = ("name", "key")
    form_columns = ("key", "name", "instructions")
    form_args = {
        "key": {"description": "Small letters, digits and _; routes name the place by it."},
        "instructions": {"description": "What must be known to do it right, one thing a line."},
    }
