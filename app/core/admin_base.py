"""What an ``admin.py`` imports; the parts are in `app.core.backoffice`."""

from __future__ import annotations

from flask_admin import expose

from app.core.backoffice.access import staff_or_refuse
from app.core.backoffice.cells import badge
from app.core.backoffice.export import ExportRequest, set_export_hook
from app.core.backoffice.forms import label_of
from app.core.backoffice.listing import SavedView
from app.core.backoffice.model_view import BackOfficeModelView
from app.core.backoffice.view import BackOfficeView

__all__ = [
    "BackOfficeModelView",
    "BackOfficeView",
    "ExportRequest",
    "SavedView",
    "badge",
    "expose",
    "label_of",
    "set_export_hook",
    "staff_or_refuse",
]
