"""The list of changes of the catalogue that take effect on a day."""

from typing import Any

from markupsafe import Markup

from app.catalog import verbs
from app.catalog.models import CatalogChange, Product
from app.catalog.states import CHANGE
from app.catalog.versions_page import planned_lines
from app.core.backoffice.columns import Column, page_link
from app.core.backoffice.listing import SavedView
from app.core.backoffice.model_view import BackOfficeModelView
from app.core.backoffice.row_verbs import RowVerbs
from app.core.translations import _, _l
from app.core.web.formats import day


def _subject(row: CatalogChange) -> Markup:
    subject = row.subject
    page = "products" if isinstance(subject, Product) else "families"
    return page_link(subject.name, f"{page}.details_view", id=subject.id)


class ChangeView(RowVerbs, BackOfficeModelView):
    """Scheduled changes: what will change when, and what could not be applied."""

    model = CatalogChange
    subject = verbs.CHANGES
    chart = CHANGE
    name = _l("Scheduled changes")
    endpoint = "catalog_changes"
    permission_view = "catalog.view"
    area = _l("Settings")
    menu_icon = "calendar"
    menu_order = 53
    exportable = False
    sentence = _l("Changes of products and families that take effect on a day.")
    empty_sentence = _l("A change of a family or product can be saved for a later day.")
    columns = (
        Column(
            "effective_on",
            _l("Takes effect on"),
            show=lambda row: day(row.effective_on),
            is_sortable=True,
        ),
        Column("subject", _l("Product or family"), "at-body", show=_subject),
        Column("state", phone="at-end", is_sortable=True),
        Column("note", phone="later", hidden_when_empty=True),
        Column("reason", _l("Why not"), "later", hidden_when_empty=True),
    )
    details = ("subject", "effective_on", "state", "note", "reason", "created_at")
    column_default_sort = ("effective_on", True)
    column_filters = ("effective_on",)
    saved_views = (
        SavedView(_l("Scheduled"), {"flt_state_equals": "scheduled"}),
        SavedView(_l("Not applied"), {"flt_state_equals": "failed"}),
    )
    details_template = "catalog/change.html"

    def row_title(self, row: CatalogChange) -> str:
        return _("%(name)s from %(day)s", name=row.subject.name, day=day(row.effective_on))

    def details_context(self, row: CatalogChange) -> dict[str, Any]:
        """Return what the change changes, and what can be done."""
        return {"offers": self.offers(row), "lines": planned_lines(row)}

    def back_to(self, shown: CatalogChange) -> str:
        """Return the page of the product or family, which shows what is still scheduled."""
        page = "products" if isinstance(shown.subject, Product) else "families"
        return str(self.get_url(f"{page}.details_view", id=shown.subject.id))
