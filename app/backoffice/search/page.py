"""The search page; an exact number leads straight to its page."""

from typing import Any

from flask import redirect, request
from flask_admin import expose

from app import search
from app.backoffice.search import terms
from app.backoffice.search.results import Group, look, only_exact
from app.core.backoffice.access import ANY_STAFF
from app.core.backoffice.view import BackOfficeView
from app.core.search import SEARCHABLES
from app.core.translations import _l


def views() -> list[BackOfficeView]:
    """Return the search; it has no link in the sidebar, its field is on every page."""
    search.load()
    return [Search(name=_l("Search"), endpoint="search", url="/admin/search")]


class Search(BackOfficeView):
    """Results by kind, of those kinds alone that the person may see."""

    permission_view = ANY_STAFF

    @expose("/")
    def index(self) -> Any:
        """The results; where exactly one thing is meant, its own page."""
        typed = terms.read(request.args.get("q", ""))
        shown = [kind for kind in SEARCHABLES.values() if kind.rows and self.may(kind.permission)]
        groups: list[Group] = []
        for by_part in (False, True):
            if typed.is_long_enough and not groups:
                found = [look(kind, typed, by_part=by_part) for kind in shown]
                groups = [group for group in found if group.hits]
        meant = only_exact(groups)
        if meant is not None:
            return redirect(meant.url)
        return self.render(
            "backoffice/search.html",
            terms=typed,
            groups=groups,
            count=sum(len(group.hits) for group in groups),
            has_more=any(group.has_more for group in groups),
            kinds=[kind.name.lower() for kind in shown],
        )
