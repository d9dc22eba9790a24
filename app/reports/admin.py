"""The back office of reports: the shop's figures, and exports to fetch."""

from __future__ import annotations

import uuid
from typing import Any

from flask import redirect
from flask_admin import expose
from markupsafe import Markup

from app.core.admin_base import (
    BackOfficeModelView,
    BackOfficeView,
    ExportRequest,
    set_export_hook,
    staff_or_refuse,
)
from app.core.db import db
from app.reports import charts, exports, queries
from app.reports.models import Export
from app.reports.states import EXPORT


class FiguresView(BackOfficeView):
    """The figures of the last weeks."""

    permission_view = "report.view"
    area = "Money"
    menu_icon = "chart"
    menu_order = 10

    @expose("/")
    def index(self) -> Any:
        """What is due and late, what was on time, what was spoiled, how fast customers sign."""
        figures = queries.figures()
        pieces = [(day.day, day.good, day.spoiled) for day in figures.pieces_per_day]
        placed = [(day.day, day.placed, 0) for day in figures.placed_per_day]
        return self.render(
            "reports/figures.html",
            figures=figures,
            pieces=charts.bars(
                pieces, ("good", "spoiled"), "Good and spoiled pieces of the last 14 days"
            ),
            placed=charts.bars(placed, ("placed", ""), "Orders placed in the last 14 days"),
        )


class ExportView(BackOfficeModelView):
    """The exports that this person asked for; owners see everybody's."""

    permission_view = "export.run"
    permission_export = None
    exportable = False
    area = "Money"
    menu_icon = "download"
    menu_order = 50

    chart = EXPORT
    title = "Exports"
    sentence = "Files of lists that were asked for. A link to one is good for five minutes."
    empty_title = "No exports yet"
    empty_sentence = "Every list has a button “Export”; its file appears here."
    can_view_details = False
    column_list = ("name", "state", "rows", "requested_by_label", "created_at", "file")
    column_labels = {
        "name": "List",
        "requested_by_label": "Asked by",
        "created_at": "Asked",
        "file": "File",
    }
    column_formatters = {"file": lambda view, context, row, name: view.file_cell(row)}
    column_sortable_list = ("created_at",)
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

    def file_cell(self, row: Export) -> Any:
        """Return the link to the file, or what became of it."""
        if row.state == "ready":
            address = self.get_url(".download", export_id=row.id)
            return Markup('<a href="{}">{}</a>').format(address, row.file_name)
        return row.error or "Load the page again in a moment."

    @expose("/<uuid:export_id>/file")
    def download(self, export_id: uuid.UUID) -> Any:
        """Lead to the file in the storage."""
        address = exports.download_link(export_id, actor=staff_or_refuse())
        return redirect(address, 303)


def take_request(asked: ExportRequest) -> str:
    """Serve the lists' export button: note the wish and return the sentence for the page."""
    exports.request_export(asked)
    db.session.commit()
    many = f" of about {asked.about_rows:,} rows" if asked.about_rows else ""
    return f"The file{many} is being written. You find it under Exports."


def views() -> list[Any]:
    """Return the pages of this room for the back office."""
    return [
        FiguresView(name="Figures", endpoint="figures", url="figures"),
        ExportView(Export, name="Exports", endpoint="exports", url="exports"),
    ]
