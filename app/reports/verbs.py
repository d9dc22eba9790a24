"""What can be done with reports and exports."""

from __future__ import annotations

from app.core.permissions import permission
from app.core.translations import _l
from app.fulfilment import queries as fulfilment
from app.production.services.tree import count_shipped_with

VIEW_REPORT = permission("report.view", _l("View reports"), "sales", "planner", "finance")
RUN_EXPORT = permission("export.run", _l("Run exports"), "sales", "planner", "warehouse", "finance")

count_shipped_with(lambda order, line: fulfilment.gone_by_line(order).get(line, 0))
