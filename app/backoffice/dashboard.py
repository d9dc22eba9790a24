"""The first page of the day: what needs somebody, what is late, what was made."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask_admin import expose
from markupsafe import Markup

from app.backoffice import dashboard_view, health, late_jobs, unchanged
from app.backoffice.spans import due_words, span
from app.core.backoffice.access import staff_or_refuse
from app.core.backoffice.view import BackOfficeIndex

HEALTH_FOR = "event.view"


class Dashboard(BackOfficeIndex):
    """Figures, what needs a person now, late and blocked jobs, pieces of the last days."""

    @expose("/")
    def index(self) -> Any:
        """The whole page; the health of its parts comes by a request of its own."""
        body = self._live()
        return self.render(
            "backoffice/dashboard.html",
            hello=dashboard_view.greeting(staff_or_refuse().label),
            body=Markup(body) + unchanged.mark(body),  # nosec B704
        )

    @expose("/dashboard/live")
    def live(self) -> Any:
        """The part that changes; 204 where it is as the page shows it."""
        return unchanged.unless_seen(self._live())

    @expose("/dashboard/health")
    def health(self) -> Any:
        """Whether events, workers, queue, storage, mail and accounting work now."""
        self.need(HEALTH_FOR)
        return self.render("backoffice/dashboard_health.html", parts=health.read())

    def _live(self) -> str:
        return render_template(
            "backoffice/dashboard_live.html",
            view=dashboard_view.read(staff_or_refuse()),
            day=dashboard_view.day_words(),
            may=self.may,
            span=span,
            due_words=due_words,
            why=late_jobs.why,
        )
