"""The list page: reads the address, fetches one page by key, says how many there are."""

import json
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

from flask import request
from flask_admin.contrib.sqla import tools
from sqlalchemy import Executable, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import joinedload
from sqlalchemy.sql import ClauseElement

from app.core.backoffice import paging
from app.core.backoffice.todo import until_next_event
from app.core.db import db
from app.core.errors import NotFound
from app.core.translations import _, _l

COUNT_COST = 1_000.0
"""Planner's cost up to which a query is counted exactly: some milliseconds."""


@dataclass(frozen=True)
class SavedView:
    """A list that people come back to: its name and the arguments of its address."""

    label: str
    args: dict[str, str]


class Explain(Executable, ClauseElement):
    """EXPLAIN of a statement, as JSON."""

    inherit_cache = False

    def __init__(self, statement: Any) -> None:
        self.statement = statement


@compiles(Explain, "postgresql")
def _explain(element: Explain, compiler: Any, **kwargs: Any) -> str:
    return f"EXPLAIN (FORMAT JSON) {compiler.process(element.statement, **kwargs)}"


@dataclass(frozen=True)
class Total:
    """How many rows there are: `exactly` where it was cheap to count, else `about`."""

    exactly: int | None = None
    about: int | None = None


def total(session: Any, statement: Any) -> Total:
    """Return how many rows `statement` (a select without order or limit) has.

    Asks the planner first and counts only what is cheap; a large answer is rounded, because an
    estimate to the last digit would be taken for a count.
    """
    plan = session.execute(Explain(statement)).scalar()
    node = (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]
    if node["Total Cost"] <= COUNT_COST:
        counted = select(func.count()).select_from(statement.order_by(None).subquery())
        return Total(exactly=int(session.execute(counted).scalar() or 0))
    return Total(about=round_estimate(int(node["Plan Rows"])))


def round_estimate(rows: int) -> int:
    """Return `rows` with two leading digits kept: 18,734 becomes 19,000."""
    return int(float(f"{rows:.2g}"))


def read_args(view: Any) -> Any:
    """Return the list's arguments from the address; raise NotFound for a page that is none."""
    args = view._get_list_extra_args()
    args.page = request.args.get("page") or None
    added = request.args.get("add")
    if added and added in (view._filter_args or {}):
        value = request.args.get("value", "").strip()
        index, item = view._filter_args[added]
        if value and item.validate(value):
            args.filters = [*(args.filters or ()), (index, str(item.name), value)]
    args.extra_args = {}
    return args


def narrowed(view: Any, args: Any) -> tuple[Any, Any, dict[Any, Any]]:
    """Return the view's query with search and filters applied, one to count by, and their joins."""
    query = counted = view.get_query()
    both: list[dict[Any, Any]] = [{}, {}]
    if view._search_supported and args.search:
        query, counted, *both = view._apply_search(query, counted, *both, args.search[:200])
    if args.filters and view._filters:
        query, counted, *both = view._apply_filters(query, counted, *both, args.filters)
    return query, counted, both[0]


def order_of(view: Any, args: Any, query: Any, joins: Any) -> tuple[paging.Order, Any]:
    """Return how the list is ordered (by its address, else by its default) and the query with joins."""
    key = getattr(view.model, view._primary_key)
    key_of = partial(view._get_field_value, name=key.key)
    name, descending = _asked(view, args)
    if name is None or name == key.key:
        return paging.Order(key.key, None, key, descending, key_of, key_of), query
    field, path = tools.get_field_with_path(view.model, name)
    query, _, alias = view._apply_path_joins(query, joins, path, inner_join=False)
    column = field if alias is None else getattr(alias, field.key)
    nullable = bool(path) or getattr(field.property.columns[0], "nullable", True)
    order = paging.Order(
        name, column, key, descending, partial(view._get_field_value, name=name), key_of, nullable
    )
    return order, query


def _asked(view: Any, args: Any) -> tuple[str | None, bool]:
    listed = view._get_column_by_idx(args.sort)
    if listed is not None and listed[0] in view._sortable_columns and view.shows(listed[0]):
        return str(listed[0]), bool(args.sort_desc)
    default: tuple[str | None, bool] = view.column_default_sort or (None, True)
    return default


def page_of(view: Any, args: Any) -> tuple[paging.Page, Total]:
    """Return the page of rows that `args` names, and how many rows there are in all."""
    query, counted, joins = narrowed(view, args)
    order, query = order_of(view, args, query, joins)
    for relation in view._auto_joins:
        query = query.options(joinedload(relation))
    page = paging.fetch(query, order, cast("str | None", args.page), view.page_size)
    if args.page and not page.rows:
        raise NotFound(
            _("This page of the list is now empty."), next_step=_("Go back to the first page.")
        )
    if args.page is None and page.older is None:
        return page, Total(exactly=len(page.rows))
    key = (view.endpoint, args.search, tuple(args.filters or ()))
    return page, until_next_event(key, lambda: total(db.session, counted.statement))


def saved_views(view: Any) -> list[tuple[str, str, bool, None]]:
    """Return the list's saved views as tabs: (label, address, current, no count); “All” is first."""
    if not view.saved_views:
        return []
    here = {
        key: value for key, value in request.args.items() if key not in {"page", "sort", "desc"}
    }
    return [
        (saved.label, view.get_url(".index_view", **saved.args), saved.args == here, None)
        for saved in (SavedView(_l("All"), {}), *view.saved_views)
    ]


OPERATIONS = {
    "equals": "is",
    "not equal": _l("is not"),
    "contains": "contains",
    "not contains": _l("does not contain"),
    "greater than": _l("is more than"),
    "smaller than": _l("is less than"),
    "between": _l("is between"),
    "not between": _l("is not between"),
    "in list": _l("is one of"),
    "not in list": _l("is none of"),
    "empty": _l("is empty"),
}


@dataclass(frozen=True)
class Chip:
    """A filter that is set: its words and the address of the list without it."""

    name: str
    words: str
    remove_url: str


@dataclass
class Offer:
    """A filter that can be set: (argument, operation) pairs, and how its value is typed."""

    name: str
    operations: list[tuple[str, str]] = field(default_factory=list)
    choices: list[tuple[str, str]] = field(default_factory=list)
    input_type: str = "text"


def offers(view: Any) -> list[Offer]:
    """Return the filters that `view` can set, one for each column."""
    found: dict[str, Offer] = {}
    for index, item in enumerate(view._filters or ()):
        name = str(item.name)
        offer = found.setdefault(name, Offer(name))
        operation = str(item.operation())
        words = OPERATIONS.get(operation, operation)
        if operation in {"between", "not between"}:
            continue  # two values in one box: "more than" and "less than" say it better
        offer.operations.append((view.get_filter_arg(index, item), words))
        options = item.get_options(view)
        if options and operation != "empty":
            offer.choices = [(str(key), str(text)) for key, text in options]
        if item.data_type == "datepicker":
            offer.input_type = "date"
    return [offer for offer in found.values() if offer.operations]


def chips(view: Any, args: Any) -> list[Chip]:
    """Return the filters that are set in `args` (ViewArgs), each with the way out of it."""
    active = list(args.filters or ())
    result = []
    for index, (number, name, value) in enumerate(active):
        item = view._filters[number]
        operation = str(item.operation())
        options = {str(key): str(text) for key, text in item.get_options(view) or ()}
        words = options.get(str(value), str(value))
        if operation == "empty":
            condition = _("is empty") if str(value) == "1" else _("is not empty")
        else:
            condition = f"{OPERATIONS.get(operation, operation)} {words}".removeprefix("is ")
        rest = active[:index] + active[index + 1 :]
        url = view._get_list_url(args.clone(filters=rest, page=None))
        result.append(Chip(str(name), condition, url))
    return result
