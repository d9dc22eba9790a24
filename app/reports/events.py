"""The kinds of events of exports."""

from typing import Any

from app.core.events import EventKind, Payload, payload
from app.core.translations import _l


class Request(Payload):
    """Which list, narrowed how, with which rights, of about how many rows."""

    kind: str
    filters: dict[str, Any]
    permissions: list[str]
    about_rows: int | None


EventKind("export.requested", _l("Export requested"), Request, personal_fields=("filters",))
EventKind("export.ready", _l("Export ready"), payload(rows=int), tone="good")
EventKind("export.failed", _l("Export failed"), payload(error=str | None), tone="bad")
