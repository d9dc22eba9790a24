"""What the dashboard shows: the day in a sentence, figures, to-dos, late jobs, waiting customers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select

from app.backoffice import thumbs
from app.backoffice.dashboard import late_jobs, todo, waiting_on_customers
from app.core.actor import Actor
from app.core.clock import now, today
from app.core.db import db
from app.core.settings import current
from app.core.web.formats import local, long_day, plural, quantity
from app.orders.models import Order
from app.reports import charts, queries

SMALL = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
)  # fmt: skip


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
        return self.figures.placed_per_day[-1].placed

    @property
    def placed(self) -> list[int]:
        """Orders placed on each of the last days."""
        return [day.placed for day in self.figures.placed_per_day]

    @property
    def has_pieces(self) -> bool:
        """Whether anything was counted in the days of the chart."""
        return any(day.good or day.spoiled for day in self.figures.pieces_per_day)

    @property
    def sentence(self) -> str:
        """The day in a sentence: ``You have five to-dos, three jobs are late.``"""
        if self.is_empty:
            return "The shop is ready for its first request."
        count = self.todo.count
        said = [
            "You have "
            + (f"{number(count)} to-do{'' if count == 1 else 's'}" if count else "nothing to do")
        ]
        late = self.jobs.late if self.jobs else 0
        if late:
            said.append(f"{number(late)} job{' is' if late == 1 else 's are'} late")
        elif self.figures.late:
            said.append(f"{plural(self.figures.late, 'order')} past the promised date")
        else:
            said.append("everything is on schedule")
        return f"{', '.join(said)}."


def read(actor: Actor) -> DashboardView:
    """Return the page for `actor`. The number of queries depends on the roles, never on the rows."""
    todos = todo.read(actor)
    figures = queries.figures()
    pieces = [(day.day, day.good, day.spoiled) for day in figures.pieces_per_day]
    return DashboardView(
        todo=todos,
        pictures=thumbs.of_orders(item.order_id for _, item in todos.items),
        figures=figures,
        pieces=charts.bars(
            pieces, ("good", "spoiled"), "Good and spoiled pieces of the last 14 days"
        ),
        jobs=late_jobs.read() if actor.may("job.view") else None,
        waiting=waiting_on_customers.read(actor),
        is_empty=not db.session.scalar(select(exists().where(Order.id.is_not(None)))),
    )


def number(count: int) -> str:
    """Return a count as a sentence says it: ``five``, ``1,204``."""
    return SMALL[count] if count < len(SMALL) else quantity(count)


def greeting(label: str, at: datetime | None = None) -> str:
    """Return ``Good morning, Wren`` by the hour in the person's zone."""
    hour = local(at or now()).hour
    part = "morning" if 4 <= hour < 12 else "afternoon" if 12 <= hour < 18 else "evening"
    first = label.split()[0] if label.split() else ""
    return f"Good {part}, {first}" if first else f"Good {part}"


def day_words() -> str:
    """Return ``Tuesday 24 November`` in the shop's zone."""
    return long_day(today(current().timezone))
