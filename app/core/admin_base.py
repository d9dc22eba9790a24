"""What an ``admin.py`` imports; the parts are in `app.core.backoffice`."""

from __future__ import annotations

from flask_admin import expose

from app.core.backoffice.access import ANY_STAFF, Guarded, staff, staff_or_refuse
from app.core.backoffice.assembly import BackOffice, make_admin
from app.core.backoffice.cells import badge
from app.core.backoffice.export import (
    ExportRequest,
    escape_formula,
    request_export,
    set_export_hook,
    write_csv,
)
from app.core.backoffice.forms import LocalDateTimeField, StaffForm, label_of
from app.core.backoffice.listing import SavedView
from app.core.backoffice.menu import AREAS, sidebar
from app.core.backoffice.model_view import BackOfficeModelView
from app.core.backoffice.view import BackOfficeIndex, BackOfficeView

__all__ = [
    "ANY_STAFF",
    "AREAS",
    "BackOffice",
    "BackOfficeIndex",
    "BackOfficeModelView",
    "BackOfficeView",
    "ExportRequest",
    "Guarded",
    "LocalDateTimeField",
    "SavedView",
    "StaffForm",
    "badge",
    "escape_formula",
    "expose",
    "label_of",
    "make_admin",
    "request_export",
    "set_export_hook",
    "sidebar",
    "staff",
    "staff_or_refuse",
    "write_csv",
]
