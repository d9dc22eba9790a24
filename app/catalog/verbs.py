"""What can be done to the catalogue."""

from __future__ import annotations

from app.core.permissions import permission

VIEW = permission(
    "catalog.view",
    "View the catalogue",
    "sales",
    "prepress",
    "planner",
    "operator",
    "quality",
    "warehouse",
    "finance",
)
EDIT = permission("catalog.edit", "Edit the catalogue", "prepress", "planner")
