"""What the dashboard shows: the day in a sentence, figures, to-dos, late jobs, waiting customers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import ngettext
from sqlalchemy import exists, select

from app.backoffice import thumbs
from app.backoffice.dashboard import late_jobs, todo, waiting_on_customers
from app.core.actor import Actor
from app.core.clock import now, today
from app.core.db import db
from app.core.settings import current
from app.core.translations import _
from app.core.web.formats import local, long_day
from app.orders.models import Order
from app.reports import charts, queries


@dataclass(frozen=True)
class DashboardView:
    """Everything on the page but the system's status. `figures` only for who may see reports."""

    todo: todo.TodoList
    pictures: Mapping[Any, Any]
    figures: queries.Figures
    pieces: charts.Chart
    jobs: late_jobs.LateJobs | None
    waiting: waiting_on_customers.WaitingOnCustomers | None
    is_empty: bool

    @property
    def placed_today(self) -> int:
        return self.figures.placed_per_day[-1].low

    @property
    def placed(self) -> list[int]:
        """Orders placed on each of the last days."""
        return [day.low for day in self.figures.placed_per_day]

    @property
    def has_pieces(self) -> bool:
        """Whether anything was counted in the days of the chart."""
        return any(day.low or day.high for day in self.figures.pieces_per_day)

    @property
    def sentence(self) -> str:
        """The day in a sentence: ``You have 5 to-dos, and 3 jobs are late.``"""
        if self.is_empty:
            return str(_("The shop is ready for its first request."))
        count = self.todo.count
        todos = ngettext("You have %(num)s to-do", "You have %(num)s to-dos", count)
        late, overdue = self.jobs.late if self.jobs else 0, self.figures.late
        state = _("everything is on schedule")
        if late:
            state = ngettext("%(num)s job is late", "%(num)s jobs are late", late)
        elif overdue:
            state = ngettext("%(num)s order is late", "%(num)s orders are late", overdue)
        return str(
            _(
                "%(todos)s, and %(state)s.",
                todos=todos if count else _("Nothing to do"),
                state=state,
            )
        )


def read(actor: Actor) -> DashboardView:
    """Return the page for `actor`. The number of queries depends on the roles, never on the rows."""
    todos = todo.read(actor)
    figures = queries.figures()
    pieces = figures.pieces_per_day
    return DashboardView(
        todo=todos,
        pictures=thumbs.of_orders(item.order_id for _, item in todos.items),
        figures=figures,
        pieces=charts.bars(pieces, ("good", "spoiled"), _("Good and spoiled pieces, last 14 days")),
        jobs=late_jobs.read() if actor.may("job.view") else None,
        waiting=waiting_on_customers.read(actor),
        is_empty=not db.session.scalar(select(exists().where(Order.id.is_not(None)))),
    )


def greeting(label: str, at: datetime | None = None) -> str:
    """Return ``Good morning, Wren`` by the hour in the person's zone."""
    hour = local(at or now()).hour
    first = label.split()[0] if label.split() else ""
    if 4 <= hour < 12:
        return str(_("Good morning, %(name)s", name=first))
    if 12 <= hour < 18:
        return str(_("Good afternoon, %(name)s", name=first))
    return str(_("Good evening, %(name)s", name=first))


def day_words() -> str:
    """Return ``Tuesday 24 November`` in the shop's zone."""
    return long_day(today(current().timezone))
