"""The kinds of events of exports."""

from typing import Any

from app.core.events import EventKind, Payload
from app.core.translations import _l


class Request(Payload):
    """Which list, narrowed how, with which rights, of about how many rows."""

    kind: str
    filters: dict[str, Any]
    permissions: list[str]
    about_rows: int | None


class Written(Payload):
    """How many rows were written."""

    rows: int


class Failure(Payload):
    """Why nothing was written."""

    error: str | None


EventKind("export.requested", _l("Export requested"), Request, personal_fields=("filters",))
EventKind("export.ready", _l("Export ready"), Written, tone="good")
EventKind("export.failed", _l("Export failed"), Failure, tone="bad")
