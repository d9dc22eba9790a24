"""The one base of lists and forms: Flask-Admin with each of its open defaults turned round."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, ClassVar

from flask import abort, flash, redirect, request
from flask_admin import expose
from flask_admin.contrib.sqla import ModelView
from markupsafe import Markup
from sqlalchemy.exc import DataError, StatementError

from app.core.backoffice import cells, listing, paging
from app.core.backoffice.access import Guarded
from app.core.backoffice.columns import Column, choice_filter
from app.core.backoffice.editing import Editing, events_about
from app.core.backoffice.export import ExportRequest, request_export
from app.core.backoffice.forms import NativeConverter, StaffForm, label_of
from app.core.database_faults import is_outage
from app.core.db import db
from app.core.errors import AlreadyDone, NotFound
from app.core.idempotency import FIELD, use_key
from app.core.search import SEARCHABLES, found_by, narrowed_to, seen_words
from app.core.translations import _, _l

GONE = _l("There is no such record, or you can't view it.")
BATCH = 500
MOST_WORDS = 8
UNWRITABLE = frozenset({"state", "version_id", "id", "created_at", "updated_at"})


class BackOfficeModelView(Guarded, Editing, ModelView):
    """A list of rows with its details page and, where `permission_edit` is named, its forms.

    Set `permission_view`; name `form_columns` where `permission_edit` is set. `columns` declares
    the list, `details` what the row's page shows and `exported` what an export holds (by default the
    list): names of those columns, or further ones. A column
    is placed on a phone by classes of stacked tables (at-end, at-body, to-end, wide, later,
    skip-sm); a wide cell keeps its heading, and so does one that is ``said``. `chart` gives the
    words and colours of `state`; `get_query` narrows list and single row alike; a row leads to
    `row_page`, else to its details. State, version and keys can't be form columns: a state moves by
    its chart alone.
    """

    model: ClassVar[Any] = None
    permission_edit: str | None = None
    permission_export: str | None = "export.run"
    allow_create = True
    exportable = True

    chart: ClassVar[Any] = None
    title: str = ""
    sentence: str = ""
    empty_title: str = _l("Nothing here yet")
    empty_sentence: str = ""
    saved_views: tuple[listing.SavedView, ...] = ()
    columns: ClassVar[tuple[Column, ...]] = ()
    details: ClassVar[tuple[str | Column, ...]] = ()
    exported: ClassVar[tuple[str | Column, ...]] = ()
    row_page: str = ""
    column_labels: Any = {}
    search_kind: str = ""
    link_column: str | None = None

    list_template = "admin/model/list.html"
    details_template = "admin/model/details.html"
    create_template = "admin/model/create.html"
    edit_template = "admin/model/edit.html"
    form_base_class = StaffForm
    model_form_converter = NativeConverter
    column_display_pk = False
    column_details_exclude_list = ("version_id",)
    can_view_details = True
    has_row_actions = False
    can_export = can_delete = False
    can_set_page_size = False
    page_size = 50
    named_filter_urls = True
    simple_list_pager = True
    create_modal = edit_modal = details_modal = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._declared = {one.name: one for one in cls.columns}
        further = {
            one.name: one for one in (*cls.details, *cls.exported) if isinstance(one, Column)
        }
        cls._declared_details = cls._declared | further
        labels = {name: one.label for name, one in cls._declared_details.items() if one.label}
        cls.column_labels = cls.column_labels | labels
        if cls.columns:
            cls.column_list = list(cls._declared)
            cls.column_sortable_list = [
                (one.name, one.name) for one in cls.columns if one.is_sortable
            ]
        if cls.details:
            cls.column_details_list = [getattr(one, "name", one) for one in cls.details]
        if cls.exported:
            cls.column_export_list = [getattr(one, "name", one) for one in cls.exported]
        if cls.permission_edit is not None and not cls.form_columns:
            raise TypeError(f"{cls.__name__} can edit but does not name its form_columns.")
        wrong = UNWRITABLE & {str(name) for name in cls.form_columns or ()}
        if wrong:
            raise TypeError(f"{cls.__name__}.form_columns may not hold {', '.join(sorted(wrong))}.")
        if cls.column_editable_list:
            raise TypeError(f"{cls.__name__}: editing in the list would lose updates.")

    def __init__(self, model: Any = None, session: Any = None, **kwargs: Any) -> None:
        super().__init__(model or self.model, session or db, **self.title_and_address() | kwargs)

    # -- what the person may do --------------------------------------------------------------
    @property
    def can_create(self) -> bool:  # type: ignore[override]
        return self.allow_create and self.may(self.permission_edit)

    @property
    def can_edit(self) -> bool:  # type: ignore[override]
        return self.may(self.permission_edit)

    def shows(self, column: str) -> bool:
        """Return whether the person of this request may see the column, by its declaration."""
        needed = self._in_details(column).permission
        return not needed or self.may(needed)

    # -- one row: bound by the same filter as the list ----------------------------------------
    def get_one(self, id: Any) -> Any:
        """Return the row by its key if the list's own query finds it; raise NotFound otherwise."""
        key = getattr(self.model, self._primary_key)
        try:
            row = self.get_query().filter(key == key.type.python_type(id)).first()
        except (ValueError, DataError, StatementError) as problem:
            if is_outage(problem):
                raise
            db.session.rollback()
            row = None
        if row is None:
            raise NotFound(GONE, next_step=_("Go back to the list."))
        return row

    def read_ahead(self, rows: Sequence[Any]) -> None:
        """Read what the cells of these rows need from elsewhere, for all of them at once.

        Called with a page of the list, with the one row of the details, and with each batch of an
        export; a column keeps what it read in ``g``.
        """
        for column in self._declared_details.values():
            if column.ahead is not None:
                column.ahead(rows)

    def details_context(self, row: Any) -> dict[str, Any]:
        """Return what the details' template shows besides the columns; a view overrides it."""
        return {}

    # -- pages ---------------------------------------------------------------------------------
    @expose("/")
    def index_view(self) -> Any:
        """The list: one page by key, with filters, search, saved views and bulk actions."""
        args = listing.read_args(self)
        page, total = listing.page_of(self, args)
        self.read_ahead(page.rows)
        actions, confirmations = self.get_actions_list()

        def sort_url(column: int, descending: bool) -> str:
            changed = args.clone(sort=column, sort_desc=descending, page=None)
            return str(self._get_list_url(changed))

        def page_url(at: str | None) -> str | None:
            return None if at is None else str(self._get_list_url(args.clone(page=at)))

        openings = {
            name: self._opening(name, heading)
            for name, heading in self._list_columns
            if self.shows(name)
        }
        return self.render(
            self.list_template,
            data=[
                (row, self.get_pk_value(row), self.row_title(row), self._cells(row, openings))
                for row in page.rows
            ],
            total=total,
            newer_url=page_url(page.newer),
            older_url=page_url(page.older),
            list_columns=self._list_columns,
            sort_column=args.sort,
            sort_desc=bool(args.sort_desc),
            sort_url=sort_url,
            search=args.search or "",
            search_supported=self._search_supported,
            filter_args=self._get_filters(args.filters),
            chips=listing.chips(self, args),
            offers=listing.offers(self),
            views=listing.saved_views(self),
            clear_url=self.get_url(".index_view"),
            actions=actions,
            confirmations=confirmations,
            return_url=self._get_list_url(args),
            sort_args={"sort": args.sort, "desc": int(args.sort_desc) if args.sort_desc else None},
        )

    @expose("/details/")
    def details_view(self) -> Any:
        """One row with everything the list hides, and what happened to it."""
        if not self.can_view_details:
            abort(404)  # the rows of this list have a page of their own
        return self.details_page(self.get_one(request.args.get("id", "")))

    def details_page(self, row: Any) -> Any:
        """Return the page of one row."""
        self.read_ahead([row])
        return self.render(
            self.details_template,
            model=row,
            details_columns=[
                (name, heading)
                for name, heading in self._details_columns
                if self.shows(name)
                and (
                    self._get_field_value(row, name) not in (None, "")
                    or not self._in_details(name).hidden_when_empty
                )
            ],
            return_url=self.get_url(".index_view"),
            row_title=self.row_title(row),
            **{"events": events_about(row)} | self.details_context(row),
        )

    @expose("/ask-export/", methods=("POST",))
    def ask_export(self) -> Any:
        """Hand this list, as filtered, to the export job; a page never waits for it."""
        actor = self.need(self.permission_export if self.exportable else None)
        args = listing.read_args(self)
        _, counted, _ = listing.narrowed(self, args)
        rows = listing.total(db.session, counted.statement)
        asked = ExportRequest(
            endpoint=str(self.endpoint),
            name=self.page_title(),
            args=dict(request.args.items()),
            actor=actor,
            about_rows=rows.exactly if rows.exactly is not None else rows.about,
        )
        try:
            use_key(request.form.get(FIELD, ""), f"export:{self.endpoint}", actor)
            said, tone = request_export(asked), "good"
        except AlreadyDone as again:
            db.session.rollback()
            said, tone = str(again), "info"
        flash(said, tone)
        return redirect(self._get_list_url(args))

    def export_rows(self) -> Iterator[list[Any]]:
        """Yield the header, then every row that this request's address narrows, in the list's
        order. Values are raw: `write_csv` escapes them. Rows are read in batches of 500."""
        args = listing.read_args(self)
        query, _, joins = listing.narrowed(self, args)
        order, query = listing.order_of(self, args, query, joins)
        query = query.order_by(None).order_by(*paging.ordering(order, backwards=False))
        columns = [column for column in self.get_export_columns() if self.shows(column[0])]
        yield [name for _, name in columns]
        rows = iter(query.yield_per(BATCH))
        while batch := list(islice(rows, BATCH)):
            self.read_ahead(batch)
            for row in batch:
                yield [self.get_export_value(row, name) for name, _ in columns]

    # No such addresses: exports run as jobs, rows are changed by verbs (`RowVerbs` does them to many),
    # nothing is deleted, and no form looks rows up by script.
    export = ajax_update = ajax_lookup = delete_view = action_view = None

    def _get_list_url(self, view_args: Any) -> str:
        kwargs: dict[str, Any] = {"page": view_args.page or None, "sort": view_args.sort}
        kwargs |= {"desc": 1 if view_args.sort_desc else None, "search": view_args.search}
        kwargs |= self._get_filters(view_args.filters)
        return str(self.get_url(".index_view", **kwargs))

    # -- words ---------------------------------------------------------------------------------
    def page_title(self) -> str:
        """Return the list's heading."""
        return self.title or str(self.name)

    def row_title(self, row: Any) -> str:
        """Return the words for one row: its number, name or label."""
        for name in ("reference", "label", "name", "number", "sku", "title"):
            value = getattr(row, name, None)
            if isinstance(value, (str, int)) and value != "":
                return str(value)
        return f"{self.page_title()} {str(self.get_pk_value(row))[-8:]}"

    def get_column_name(self, field: str) -> str:
        """Return a column's heading: the view's own label, else its name as people say it."""
        labels: Any = self.column_labels or {}
        return str(labels.get(field) or label_of(field))

    def _apply_search(
        self, query: Any, count_query: Any, joins: Any, count_joins: Any, search: str
    ) -> tuple[Any, Any, Any, Any]:
        """Narrow to rows that have every word of `search`; by the search index where it has them."""
        if not self.search_kind:
            found: tuple[Any, Any, Any, Any] = super()._apply_search(
                query, count_query, joins, count_joins, search
            )
            return found
        key = getattr(self.model, self._primary_key)
        if not all(map(self.may, SEARCHABLES[self.search_kind].guarding)):
            seen = seen_words(self.search_kind, key, *search.split()[:MOST_WORDS])
            query, count_query = query.filter(seen), count_query.filter(seen)
        words = search.split()[:MOST_WORDS]
        meant = {word: found for word in words if (found := self.meant_by(word)) is not None}
        for word, found in meant.items():
            has = key.in_(found_by(self.search_kind, word).union(found))
            query, count_query = query.filter(has), count_query.filter(has)
        others = [word for word in words if word not in meant]
        if others:
            condition, to_count = narrowed_to(self.search_kind, key, *others)
            query, count_query = query.filter(condition), count_query.filter(to_count)
        return query, count_query, joins, count_joins

    def meant_by(self, word: str) -> Any:
        """Return the select of the ids of rows whose number `word` is; None where it is none."""

    def search_words(self) -> str:
        """Return what the search looks in, for its placeholder."""
        names = [self.get_column_name(name) for name in self.column_searchable_list or ()]
        words = ", ".join(name if name.isupper() else name.lower() for name in names)
        return _("Search %(words)s", words=words) if words else ""

    def scaffold_filters(self, name: str) -> Any:
        """Return the filters of a column; of a state, and of what has words, one with its words."""
        words = self._in_list(name).words
        if name == "state" and self.chart is not None:
            words = {state: self.chart.word(state) for state in self.chart.states}
        if words is None:
            return super().scaffold_filters(name)
        return [choice_filter(getattr(self.model, name), self.get_column_name(name), words)]

    def get_filter_arg(self, index: int, flt: Any) -> str:
        """Return the filter's name in addresses, from its English label: no language changes a link."""
        return re.sub(r"\W+", "_", f"{str.__str__(flt.name)} {flt.operation()}".lower())

    def get_invalid_value_msg(self, value: str, filter: Any) -> str:
        return _(
            "“%(value)s” is not a valid value for %(filter)s. The filter was ignored.",
            value=value,
            filter=filter.name,
        )

    # -- cells ---------------------------------------------------------------------------------
    def _in_list(self, name: str) -> Column:
        return self._declared.get(name) or Column(name)

    def _in_details(self, name: str) -> Column:
        return self._declared_details.get(name) or Column(name)

    def details_cell(self, row: Any, name: str) -> Any:
        """Return what the details show in the column `name`."""
        return self._cell(row, self._in_details(name))

    def _cell(self, row: Any, column: Column) -> Any:
        value = column.show(row) if column.show else self._get_field_value(row, column.name)
        return cells.cell(self, row, column.name, column.words[value] if column.words else value)

    def get_export_value(self, model: Any, name: str) -> Any:
        """Return the bare value of a cell for an export: no words, no markup."""
        column = self._in_list(name)
        if column.export is not None:
            return column.export(model)
        if column.show is not None and not hasattr(self.model, name):
            return column.show(model)
        return self._get_field_value(model, name)

    def _cells(self, row: Any, openings: dict[str, Markup]) -> list[tuple[Markup, Any]]:
        """Return the row's cells: their opening tag and what they show; one leads to the details."""
        shown = {name: self._cell(row, self._in_list(name)) for name in openings}
        if self.can_view_details:
            link = Markup('<a class="ref" href="%s">%s</a>')
            shown[self._leading] = link % (self.row_url(row), shown[self._leading])
        return list(zip(openings.values(), shown.values(), strict=True))

    @property
    def _leading(self) -> str:
        return self.link_column or str(self._list_columns[0][0])

    def _opening(self, name: str, heading: str) -> Markup:
        """Return the opening tag of a column's cells."""
        place = "at-lead" if name == self._leading else self._in_list(name).phone
        has_heading = not {"wide", "said"}.isdisjoint(place.split())
        label = Markup(' data-label="%s"') % heading if has_heading else ""
        return Markup('<td class="%s %s"%s>') % (self.cell_class(name), place, label)

    def cell_class(self, name: str) -> str:
        """Return the CSS class of a column's cells: ``num`` where numbers stand."""
        return "num" if self._in_list(name).is_number or cells.is_number(self.model, name) else ""

    def row_url(self, row: Any) -> str:
        """Return where a row of the list leads: its `row_page`, else its details."""
        if self.row_page:
            return str(self.get_url(self.row_page, ref=getattr(row, "ref", row.id)))
        return str(self.get_url(".details_view", id=self.get_pk_value(row)))
