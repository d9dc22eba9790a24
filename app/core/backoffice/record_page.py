"""The page of one record: shown whole, shown in part when something happened, and its verbs."""

from typing import Any

from flask import abort, redirect, request
from flask_admin import expose

from app.core.backoffice.access import BackOfficeView, staff_or_refuse
from app.core.backoffice.row_verbs import offered_verb, perform_or_tell
from app.core.errors import Problem
from app.core.verbs import Offer, Subject, offers


class RecordPage(BackOfficeView):
    """One record with its verbs: name `subject`, the templates' `folder`, what `context` gives them.

    ``POST /REF/VERB`` does one of the subject's verbs and comes back. A problem is shown on the page
    with what was typed. Templates get `offers`
    (key → Offer), `failed`, `typed`, `problem`.
    """

    subject: Subject[Any]
    folder = ""

    @expose("/<ref>")
    def page(self, ref: str) -> Any:
        """The whole page."""
        return self.show(self.find(ref))

    @expose("/<ref>/live")
    def live(self, ref: str) -> Any:
        """The part that changes, fetched again when something happened to the record."""
        return self.show(self.find(ref), part="live")

    @expose("/<ref>/<verb>", methods=("POST",))
    def act(self, ref: str, verb: str) -> Any:
        """Do the verb and come back; a problem is said on this page and nothing is half done."""
        return self.do(self.subject.kind, self.find(ref), ref, verb)

    def do(self, kind: str, record: Any, ref: str, verb: str) -> Any:
        """Do a verb of the page's record, or of a `record` of another `kind` that the page shows."""
        _, problem = perform_or_tell(offered_verb(kind, verb), record, **self.more_input(verb))
        if problem is not None:
            return self.show(self.find(ref), problem=problem, failed=verb), problem.status
        return redirect(self.back_to(ref), 303)

    def find(self, ref: str) -> Any:
        """Return the record; 404 where there is none."""
        try:
            return self.subject.find(ref)
        except Problem:
            abort(404)

    def back_to(self, ref: str) -> str:
        """Return the address to show after a verb."""
        return str(self.get_url(".page", ref=ref))

    def more_input(self, verb: str) -> dict[str, Any]:
        """Return input of `verb` that no form may carry; the record's page overrides it."""
        return {}

    def context(self, record: Any) -> dict[str, Any]:
        """Return what the template shows; the record's page overrides it."""
        return {}

    def show(
        self, record: Any, part: str = "page", *, problem: Problem | None = None, failed: str = ""
    ) -> Any:
        """Render the page, or only its live part; after a problem with what was typed."""
        return self.render(
            f"backoffice/{self.folder}/{part}.html",
            problem=problem,
            failed=failed,
            typed=request.form if problem else {},
            offers=self.offers(record),
            **self.context(record),
        )

    def offers(self, record: Any) -> dict[str, Offer]:
        """Return what this person may do with the record, and what hinders it."""
        return offers(self.subject.kind, record, staff_or_refuse())


class SeparateRecordPage(RecordPage):
    """The page of one record whose list is another view, at `list_url`."""

    list_url = ""

    @expose("/")
    def index(self) -> Any:
        """There is no page without a record: go to where they are listed."""
        return redirect(self.list_url)
