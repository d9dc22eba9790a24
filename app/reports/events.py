"""The kinds of events of exports."""

from typing import Annotated, Any

from app.core.events import EventKind, payload
from app.core.events.kinds import PERSONAL
from app.core.translations import _l

EventKind(
    "export.requested",
    _l("Export requested"),
    payload(
        kind=str,
        filters=Annotated[dict[str, Any], PERSONAL],
        permissions=list[str],
        about_rows=int | None,
    ),
)
EventKind("export.ready", _l("Export ready"), payload(rows=int), tone="good")
EventKind("export.failed", _l("Export failed"), payload(error=str | None), tone="bad")
