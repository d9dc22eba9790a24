"""What can be done to stock."""

from __future__ import annotations

from app.core.permissions import permission

VIEW = permission(
    "stock.view",
    "View stock",
    "sales",
    "prepress",
    "planner",
    "operator",
    "quality",
    "warehouse",
    "finance",
)
MOVE = permission("stock.move", "Move stock", "planner", "warehouse")
