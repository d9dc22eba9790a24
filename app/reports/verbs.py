"""What can be done with reports and exports."""

from __future__ import annotations

from app.core.permissions import permission

VIEW_REPORT = permission("report.view", "View reports", "sales", "planner", "finance")
RUN_EXPORT = permission("export.run", "Run exports", "sales", "planner", "warehouse", "finance")
