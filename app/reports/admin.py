"""The back office of reports: the shop's figures, and exports to fetch."""

import re
import uuid
from collections.abc import Sequence
from typing import Any

from flask import g, redirect, url_for
from flask_admin import expose
from markupsafe import Markup, escape

from app.core.backoffice.access import BackOfficeView, staff_or_refuse
from app.core.backoffice.columns import Column, page_link
from app.core.backoffice.export import ExportRequest, set_export_hook
from app.core.backoffice.model_view import BackOfficeModelView
from app.core.clock import shop_day
from app.core.db import db
from app.core.translations import _, _l
from app.core.web.formats import plural, quantity
from app.reports import charts, exports, queries, verbs
from app.reports.exports import Progress
from app.reports.models import Export
from app.reports.states import EXPORT

FAILED = _l("The export failed. Request it again.")
FILTER = re.compile(r"^flt\d*_")
NOT_NARROWING = frozenset({"sort", "desc", "page", "url"})


class FiguresView(BackOfficeView):
    """The figures of the last weeks."""

    name = _l("Reports")
    endpoint = "figures"
    permission_view = "report.view"
    area = _l("Money")
    menu_icon = "chart"
    menu_order = 10

    @expose("/")
    def index(self) -> Any:
        """What is due and late, what was on time, what was spoiled, how fast customers sign."""
        figures = queries.figures()
        here = shop_day()
        promised = queries.promised_per_day(here)
        return self.render(
            "reports/figures.html",
            figures=figures,
            pieces=charts.bars(
                figures.pieces_per_day,
                ("good", "spoiled"),
                _("Good and spoiled pieces, last 14 days"),
            ),
            placed=charts.bars(
                figures.placed_per_day, ("placed", ""), _("Orders placed in the last 14 days")
            ),
            promised=charts.bars(
                promised, ("promised", ""), _("Orders due in the next 14 days"), today=here
            ),
            causes=queries.spoiled_by_cause(here),
            agreed=queries.agreed(here),
        )


def _name(row: Export) -> Any:
    """Return the list's name and, below it, how it was narrowed."""
    words = ", ".join(
        f"{FILTER.sub('', key).replace('_', ' ')} {value}"
        for key, value in row.filters.items()
        if key not in NOT_NARROWING and value
    )
    return Markup('{}<span class="sub">{}</span>').format(row.name, words) if words else row.name


def _read(rows: Sequence[Export]) -> None:
    """Read how far those are that are being written."""
    g.exports_writing = [row.id for row in rows if row.state == "requested"]
    g.exports_under_way = exports.read_progress(g.exports_writing)


def _file(row: Export) -> Any:
    """Return the link to the file, how far it is, or what became of it."""
    if row.state == "ready":
        address = url_for("exports.download", export_id=row.id)
        return Markup(
            '<a class="btn btn-sm" href="{}">{}<span class="sr-only"> {}</span></a>'
        ).format(address, _("Download"), row.file_name)
    if row.state == "failed":
        return Markup('<span class="late" title="{}">{}</span>').format(row.error or "", FAILED)
    return _under_way(g.exports_under_way.get(row.id))


def _under_way(progress: Progress | None) -> Markup:
    """Return a bar of the rows written so far; one without an end where nobody knows how many."""
    if progress is None or not progress.about:
        return Markup('<progress aria-label="{0}">{0}</progress>').format(_("In progress"))
    done = min(progress.done, progress.about)
    about = plural(progress.about, "row")
    words = _("%(done)s of about %(about)s", done=quantity(progress.done), about=about)
    return Markup(
        '<progress max="{}" value="{}" aria-label="{}">{}</progress><span class="sub">{}</span>'
    ).format(progress.about, done, words, words, words)


class ExportView(BackOfficeModelView):
    """The exports that this person requested; owners see everybody's."""

    model = Export
    name = _l("Exports")
    endpoint = "exports"
    permission_view = "export.run"
    permission_export = None
    exportable = False
    area = _l("Money")
    menu_icon = "download"
    menu_order = 50

    chart = EXPORT
    sentence = _l("Exported lists. A download link is valid for five minutes.")
    empty_title = _l("No exports yet")
    empty_sentence = _l("Use “Export” on any list; the file appears here.")
    can_view_details = False
    list_template = "reports/exports.html"
    columns = (
        Column("name", _l("List"), show=_name),
        Column("state", phone="at-end"),
        Column("rows", phone="said"),
        Column("requested_by_label", _l("Requested by"), "skip-sm"),
        Column("created_at", _l("Requested"), "to-end", is_sortable=True),
        Column("file", phone="at-body", show=_file, ahead=_read),
    )
    column_default_sort = ("created_at", True)

    def create_blueprint(self, admin: Any) -> Any:
        """Take the export buttons of all lists on, besides the page's own addresses."""
        set_export_hook(admin.app, take_request)
        return super().create_blueprint(admin)

    def get_query(self) -> Any:
        """Return this person's exports, or all to an owner."""
        person = staff_or_refuse()
        query = super().get_query()
        if "*" in person.permissions:
            return query
        return query.filter(Export.requested_by_id == person.id)

    def render(self, template: str, **kwargs: Any) -> Any:
        return super().render(template, is_writing=bool(g.exports_writing), **kwargs)

    @expose("/<uuid:export_id>/file")
    def download(self, export_id: uuid.UUID) -> Any:
        """Lead to the file in the storage."""
        address = exports.download_link(export_id, actor=staff_or_refuse())
        return redirect(address, 303)


def take_request(requested: ExportRequest) -> str:
    """Queue the export that a list's button requested; return the sentence for the page."""
    verbs.request_export(None, requested, actor=requested.actor)
    db.session.commit()
    values = {"exports": page_link(_("Exports"), "exports.index_view")}
    if not requested.about_rows:
        return escape(_("The file is being written. Find it under %(exports)s.")) % values
    values["rows"] = escape(plural(requested.about_rows, "row"))
    sentence = _("The file of about %(rows)s is being written. Find it under %(exports)s.")
    return escape(sentence) % values
