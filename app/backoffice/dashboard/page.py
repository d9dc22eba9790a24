"""The dashboard: to-dos, late jobs, what was made, and the system's status."""

from typing import Any

from flask import render_template
from flask_admin import expose
from markupsafe import Markup

from app.backoffice import not_modified
from app.backoffice.dashboard import facts, late_jobs, system_status
from app.backoffice.set_up import steps as set_up
from app.core.backoffice.access import BackOfficeIndex, staff_or_refuse
from app.core.shop.section import EDIT
from app.core.web.formats import due_words, span

STATUS_FOR = "event.view"


class Dashboard(BackOfficeIndex):
    """Key figures, to-dos, late and blocked jobs, pieces of the last days."""

    @expose("/")
    def index(self) -> Any:
        """The whole page; the system's status comes by a request of its own."""
        body = self._live()
        return self.render(
            "backoffice/dashboard/page.html",
            hello=facts.greeting(staff_or_refuse().label),
            to_set_up=set_up.missing() if self.may(EDIT) else [],
            body=Markup(body) + not_modified.mark(body),  # nosec B704
        )

    @expose("/dashboard/live")
    def live(self) -> Any:
        """The part that changes; 204 where it is as the page shows it."""
        return not_modified.unless_seen(self._live())

    @expose("/dashboard/health")
    def health(self) -> Any:
        """Whether events, workers, queue, storage, mail and accounting work now."""
        self.need(STATUS_FOR)
        return self.render("backoffice/dashboard/system_status.html", parts=system_status.read())

    def _live(self) -> str:
        return render_template(
            "backoffice/dashboard/live.html",
            view=facts.DashboardView(staff_or_refuse()),
            day=facts.day_words(),
            may=self.may,
            span=span,
            due_words=due_words,
            blocked_by=late_jobs.blocked_by,
        )
