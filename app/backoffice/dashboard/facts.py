"""What the dashboard shows: the day in a sentence, figures, to-dos, late jobs, waiting customers."""

from datetime import datetime

from flask_babel import ngettext
from sqlalchemy import exists, select

from app.backoffice import pictures
from app.backoffice.dashboard import late_jobs, todo
from app.core.actor import Actor
from app.core.clock import now, shop_day
from app.core.db import db
from app.core.translations import _
from app.core.web.formats import local, long_day
from app.orders.models import Order
from app.reports import charts, queries


class DashboardView:
    """Everything on the page but the system's status, for `actor`.

    The number of queries depends on the roles, never on the rows.
    """

    def __init__(self, actor: Actor) -> None:
        self.todo = todo.to_do(actor)
        self.pictures = pictures.of_orders(item.order_id for kind, item in self.todo.items)
        self.figures = queries.figures()
        pieces = self.figures.pieces_per_day
        self.has_pieces = any(day.low or day.high for day in pieces)
        title = _("Good and spoiled pieces, last 14 days")
        self.pieces = charts.bars(pieces, ("good", "spoiled"), title)
        self.placed = [day.low for day in self.figures.placed_per_day]
        self.jobs = late_jobs.read() if actor.may("job.view") else None
        self.waiting = todo.waiting_on_customers(actor)
        self.is_empty = not db.session.scalar(select(exists().where(Order.id.is_not(None))))

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
        todos = todos if count else _("Nothing to do")
        return str(_("%(todos)s, and %(state)s.", todos=todos, state=state))


def greeting(label: str, at: datetime | None = None) -> str:
    """Return ``Good morning, Wren`` by the hour in the person's zone."""
    hour = local(at or now()).hour
    name = next(iter(label.split()), "")
    if 4 <= hour < 12:
        return str(_("Good morning, %(name)s", name=name))
    if 12 <= hour < 18:
        return str(_("Good afternoon, %(name)s", name=name))
    return str(_("Good evening, %(name)s", name=name))


def day_words() -> str:
    """Return ``Tuesday 24 November`` in the shop's zone."""
    return long_day(shop_day())
