"""The kinds of events of exports."""

from __future__ import annotations

from typing import Any

from app.core.events import EventKind, Payload


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


REQUESTED = EventKind("export.requested", "Export requested", Request, personal_fields=("filters",))
READY = EventKind("export.ready", "Export ready", Written, tone="good")
FAILED = EventKind("export.failed", "Export failed", Failure, tone="bad")
