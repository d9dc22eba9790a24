"""The search page; an exact number leads straight to its page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import redirect, request
from flask_admin import expose
from sqlalchemy import func, literal, or_, select, union_all

from app.backoffice import search_terms
from app.backoffice.search_terms import Terms
from app.core.backoffice.access import ANY_STAFF, BackOfficeView
from app.core.db import db
from app.core.search import SEARCHABLES, Hit, Searchable, SearchEntry, finding
from app.core.translations import _l

SHOWN = 10
NEWEST = 1000
LARGEST = 2**31 - 1


@dataclass(frozen=True)
class Group:
    """The results of one kind; `exact` are those that were meant by a whole number or code."""

    name: str
    icon: str
    hits: Sequence[Hit]
    exact: Sequence[Hit]
    has_more: bool


def look(kind: Searchable, terms: Terms, *, by_part: bool = False, sees_all: bool = True) -> Group:
    """Return the results of one kind in one query: exact ones first, then the newest.

    What is not among the newest entries is found by whole words, or with `by_part` anywhere in them;
    unless the person `sees_all`, by no guarded word.
    """
    assert kind.rows
    assert kind.hit
    arms = _arms(kind, terms, by_part, sees_all)
    if not arms:
        return Group(kind.name, kind.icon, (), (), False)
    found = union_all(*arms).subquery()
    place, newest = func.min(found.c.place).label("place"), func.max(found.c.at).label("at")
    best = select(found.c.record_id, place, newest).group_by(found.c.record_id)
    best = best.order_by(place, newest.desc(), found.c.record_id.desc()).limit(SHOWN + 1)
    first = best.subquery()
    query = kind.rows()
    query = query.join(first, first.c.record_id == query.selected_columns.id)
    query = query.order_by(first.c.place, first.c.at.desc(), first.c.record_id.desc())
    rows = db.session.execute(query).all()
    hits = [kind.hit(row) for row in rows[:SHOWN]]
    exact = [hit for hit in hits if terms.means(hit.codes, kind)]
    others = [hit for hit in hits if hit not in exact]
    return Group(kind.name, kind.icon, (*exact, *others), exact, len(rows) > SHOWN)


def _arms(kind: Searchable, terms: Terms, by_part: bool, sees_all: bool) -> list[Any]:
    """Return the selects that find entries of a kind, each of them capped: by number, by words."""
    number = terms.number_for(kind)

    def seen(query: Any) -> Any:
        key = query.selected_columns.record_id
        return query if sees_all else query.where(finding.seen_words(kind.kind, key, terms.text))

    of_kind = select(*finding.FOUND).where(SearchEntry.kind == kind.kind)
    found = []
    if number is not None and terms.suffix:
        found.append(_capped(1, finding.by_words(kind.kind, terms.reference)))
    elif number is not None:
        found.append(_capped(0, of_kind.where(SearchEntry.number == number)))
        found.append(_capped(1, of_kind.where(or_(*_begins(number)))))
    if not terms.prefix and by_part:
        has = SearchEntry.words.icontains(terms.text, autoescape=True)
        found.append(_capped(2, seen(of_kind.where(has))))
    elif not terms.prefix:
        first = _capped(2, seen(finding.newest(kind.kind, terms.text, entries=NEWEST))).cte()
        few = select(func.count()).select_from(first).scalar_subquery() <= SHOWN
        found.append(select(first))
        found.append(_capped(2, seen(finding.by_words(kind.kind, terms.text).where(few))))
    return found


def _capped(place: int, query: Any) -> Any:
    at, record_id = query.selected_columns.at, query.selected_columns.record_id
    query = query.add_columns(literal(place).label("place"))
    return select(query.order_by(at.desc(), record_id.desc()).limit(SHOWN + 1).subquery())


def _begins(number: int) -> list[Any]:
    """Return the conditions for numbers that begin with the digits typed.

    Asked as ranges, 103, 1030 to 1039, 10300 to 10399 and so on, which the number's index answers.
    """
    widths = [10**zeros for zeros in range(10) if number * 10**zeros <= LARGEST]
    ends = [(number * width, min((number + 1) * width - 1, LARGEST)) for width in widths]
    return [SearchEntry.number.between(first, last) for first, last in ends]


def only_exact(groups: Sequence[Group]) -> Hit | None:
    """Return the one hit whose code is exactly what was typed; None for none or several."""
    exact = [hit for group in groups for hit in group.exact]
    return exact[0] if len(exact) == 1 else None


class Search(BackOfficeView):
    """Results by kind, of those kinds alone that the person may see."""

    name = _l("Search")
    endpoint = "search"
    permission_view = ANY_STAFF

    @expose("/")
    def index(self) -> Any:
        """The results; where exactly one thing is meant, its own page."""
        typed = search_terms.read(request.args.get("q", ""))
        shown = [kind for kind in SEARCHABLES.values() if kind.rows and self.may(kind.permission)]
        groups: list[Group] = []
        for by_part in (False, True):
            if typed.is_long_enough and not groups:
                found = [
                    look(kind, typed, by_part=by_part, sees_all=all(map(self.may, kind.guarding)))
                    for kind in shown
                ]
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
