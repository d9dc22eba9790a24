"""How long something stands where it stands, in the few letters that a ticket has room for."""

from __future__ import annotations

from datetime import date, datetime

from app.core.clock import now, today
from app.core.settings import current
from app.core.web.formats import day, quantity


def span(moment: datetime | None) -> str:
    """Return the time since `moment`: ``24 min``, ``5 h``, ``3 d``; empty without one."""
    if moment is None:
        return ""
    minutes = max(0, int((now() - moment).total_seconds() // 60))
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 24 * 60 else f"{quantity(minutes // (24 * 60))} d"


def due_words(due_on: date | None) -> str:
    """Return a due date as a ticket says it: ``2 days late``, ``Today``, ``Fri 27 Nov``."""
    if due_on is None:
        return "no date"
    left = (due_on - today(current().timezone)).days
    if left < 0:
        return f"{quantity(-left)} day{'s' if left < -1 else ''} late"
    return {0: "Today", 1: "Tomorrow"}.get(left, day(due_on))
