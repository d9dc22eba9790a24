"""What can be done with reports and exports."""

from app.core.backoffice.export import ExportRequest
from app.core.inputs import fields
from app.core.permissions import permission
from app.core.translations import _l
from app.core.verbs import new_record
from app.fulfilment import queries as fulfilment
from app.production.services.tree import count_shipped_with
from app.reports import exports

VIEW_REPORT = permission("report.view", _l("View reports"), "sales", "planner", "finance")
RUN_EXPORT = permission("export.run", _l("Run exports"), "sales", "planner", "warehouse", "finance")


request_export = new_record("export").verb(
    exports.request_export,
    _l("Export"),
    RUN_EXPORT,
    fields(requested=ExportRequest),
    entry=frozenset(),
)
count_shipped_with(lambda order, line: fulfilment.gone_by_line(order).get(line, 0))
