"""What the pages of a family and of a product share: where it is in the tree, what is set by whom, what changed
and what will."""

import json
import uuid
from typing import Any

from flask import request, url_for
from flask_admin import expose

from app.catalog import product_summary
from app.catalog.difference import Line, difference_of_change
from app.catalog.history import PAGE, versions_of
from app.catalog.models import CatalogChange, Product, ProductFamily
from app.catalog.services import draft_properties, inherited_paths
from app.catalog.services.scheduling import planned_changes
from app.catalog.states import CHANGE
from app.core.translations import _

SHOWN_VERSIONS = 6
Crumbs = list[tuple[str, str]]


def crumbs_to(row: Product | ProductFamily) -> Crumbs:
    """Return (label, address) from the tree down to the family that the row is in."""
    path = row.family.path if isinstance(row, Product) else row.path[:-1]
    families = [(one.name, url_for("families.details_view", id=one.id)) for one in path]
    return [(_("Product families"), url_for("family_tree.index")), *families]


class VersionPages:
    """Mixed into the lists of families and products."""

    @expose("/history/")
    def history(self: Any) -> Any:
        """Every version of the row, newest first: who changed what, and how it differs."""
        row = self.get_one(request.args.get("id", ""))
        found = versions_of(row, limit=PAGE + 1, before=_event_id(request.args.get("before", "")))
        more = {"id": row.id, "before": found[PAGE - 1].event.id} if len(found) > PAGE else None
        return self.render(
            "catalog/history.html",
            versions=found[:PAGE],
            older=self.get_url(".history", **more) if more else "",
            row_title=row.name,
            crumbs=[*crumbs_to(row), (row.name, self.row_url(row))],
        )

    def details_context(self: Any, row: Any) -> dict[str, Any]:
        """Return the row's properties in words and as JSON, its newest versions, its scheduled changes, and
        what can be done."""
        found = draft_properties(row)
        return {
            "crumbs": crumbs_to(row),
            "offers": self.offers(row),
            "sections": product_summary.sections(found.properties, found.origin),
            "inherited": inherited_paths(row),
            "properties_json": json.dumps(row.properties, indent=2, ensure_ascii=False),
            "events": [],
            "versions": versions_of(row, limit=SHOWN_VERSIONS),
            "planned": [(one, planned_lines(one)) for one in planned_changes(row)],
            "planned_chart": CHANGE,
        }


def planned_lines(change: CatalogChange) -> list[Line]:
    """Return what a scheduled change changes, in words."""
    return difference_of_change(change.subject, change.changes)


def _event_id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
