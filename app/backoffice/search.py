"""Search over everything that has a number or a name; an exact number leads straight to its page."""

from __future__ import annotations

from typing import Any

from flask import redirect, request
from flask_admin import expose

from app.backoffice import search_terms
from app.backoffice.search_kinds import KINDS, Group, Hit, look
from app.core.backoffice.access import ANY_STAFF
from app.core.backoffice.view import BackOfficeView


def views() -> list[BackOfficeView]:
    """Return the search; it has no link in the sidebar, its field is on every page."""
    return [Search(name="Search", endpoint="search", url="/admin/search")]


class Search(BackOfficeView):
    """Results by kind, of those kinds alone that the person may see."""

    permission_view = ANY_STAFF

    @expose("/")
    def index(self) -> Any:
        """The results; where exactly one thing is meant, its own page."""
        typed = request.args.get("q", "")
        terms = search_terms.read(typed)
        kinds = [kind for kind in KINDS if self.may(kind.permission)]
        groups: list[Group] = []
        if terms.is_long_enough:
            groups = [group for kind in kinds if (group := look(kind, terms)).hits]
        meant = only_exact(groups)
        if meant is not None:
            return redirect(meant.url)
        return self.render(
            "backoffice/search.html",
            terms=terms,
            groups=groups,
            count=sum(len(group.hits) for group in groups),
            has_more=any(group.has_more for group in groups),
            kinds=[kind.name.lower() for kind in kinds],
        )


def only_exact(groups: list[Group]) -> Hit | None:
    """Return the one hit whose number is exactly what was typed; None for none or several."""
    exact = [hit for group in groups for hit in group.hits if hit.is_exact]
    return exact[0] if len(exact) == 1 else None
