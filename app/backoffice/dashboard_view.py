"""The dashboard's facts: how the day stands in words, figures, needs, late jobs, what is out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select

from app.backoffice import late_jobs, needs, needs_making, needs_selling, outstanding, thumbs
from app.core.actor import Actor
from app.core.clock import now, today
from app.core.db import db
from app.core.settings import current
from app.core.web.formats import local
from app.orders.models import Order
from app.reports import charts, queries

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
SMALL = (
    "No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven",
    "Twelve",
)  # fmt: skip


@dataclass(frozen=True)
class DashboardView:
    """Everything on the page but the health of its parts. `figures` only for who may see reports."""

    needs: needs.Needs
    pictures: Mapping[Any, Any]
    figures: queries.Figures
    pieces: charts.Chart
    jobs: late_jobs.LateJobs | None
    outstanding: outstanding.Outstanding | None
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
        """What the day is like: ``Five things need you, three jobs are late.``"""
        if self.is_empty:
            return "The shop is open and waits for its first request."
        count = self.needs.count
        said = [
            "Nothing needs you now"
            if not count
            else f"{number(count)} thing{' needs' if count == 1 else 's need'} you"
        ]
        late = self.jobs.late if self.jobs else 0
        if late:
            said.append(f"{number(late).lower()} job{' is' if late == 1 else 's are'} late")
        elif self.figures.late:
            said.append(f"{number(self.figures.late).lower()} promised earlier have not left")
        else:
            said.append("every promised date holds")
        return f"{', '.join(said)}."


def read(actor: Actor) -> DashboardView:
    """Return the page for `actor`. The number of queries depends on the roles, never on the rows."""
    sources = (*needs_selling.SOURCES, *needs_making.SOURCES)
    wanted = needs.gather([source() for permission, source in sources if actor.may(permission)])
    figures = queries.figures()
    pieces = [(day.day, day.good, day.spoiled) for day in figures.pieces_per_day]
    return DashboardView(
        needs=wanted,
        pictures=thumbs.of_orders(need.order_id for need in wanted.items),
        figures=figures,
        pieces=charts.bars(
            pieces, ("good", "spoiled"), "Good and spoiled pieces of the last 14 days"
        ),
        jobs=late_jobs.read() if actor.may("job.view") else None,
        outstanding=outstanding.read() if actor.may("order.view") else None,
        is_empty=not db.session.scalar(select(exists().where(Order.id.is_not(None)))),
    )


def number(count: int) -> str:
    """Return a count as a sentence begins with it: ``Five``, ``1,204``."""
    return SMALL[count] if count < len(SMALL) else f"{count:,}"


def greeting(label: str, at: datetime | None = None) -> str:
    """Return ``Good morning, Wren`` by the hour in the person's zone."""
    hour = local(at or now()).hour
    part = "morning" if 4 <= hour < 12 else "afternoon" if 12 <= hour < 18 else "evening"
    first = label.split()[0] if label.split() else ""
    return f"Good {part}, {first}" if first else f"Good {part}"


def day_words() -> str:
    """Return ``Tuesday 24 November`` in the shop's zone."""
    day = today(current().timezone)
    return f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"
