"""Short durations and due dates, for tickets and tables."""

from datetime import date, datetime

from flask_babel import ngettext

from app.core.clock import now, today
from app.core.settings import current
from app.core.translations import _
from app.core.web.formats import day, quantity


def span(moment: datetime | None) -> str:
    """Return the time since `moment`: ``24 min``, ``5 h``, ``3 d``; empty without one."""
    if moment is None:
        return ""
    minutes = max(0, int((now() - moment).total_seconds() // 60))
    if minutes < 60:
        return str(_("%(number)s min", number=minutes))
    if minutes < 24 * 60:
        return str(_("%(number)s h", number=minutes // 60))
    return str(_("%(number)s d", number=quantity(minutes // (24 * 60))))


def due_words(due_on: date | None) -> str:
    """Return a due date as a ticket says it: ``2 days late``, ``Today``, ``Fri 27 Nov``."""
    if due_on is None:
        return str(_("No due date"))
    left = (due_on - today(current().timezone)).days
    if left < 0:
        return str(ngettext("%(num)s day late", "%(num)s days late", -left))
    return str({0: _("Today"), 1: _("Tomorrow")}.get(left, day(due_on)))
