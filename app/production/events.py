"""The kinds of events of jobs, their operations and gates, counted pieces, work orders, work centres."""

import uuid
from collections.abc import Mapping
from typing import Any

from app.core.events import EventKind, Payload, Personal, payload
from app.core.hold_verbs import Held, Resumed
from app.core.translations import _, _l
from app.core.web.formats import plural


class Created(Payload):
    """What the job makes; of a part or a reprint the job it came from, and why."""

    title: str
    line_id: uuid.UUID
    kind: str
    parent: str = ""
    cause: Personal = ""


class Finished(Payload):
    """The pieces of the job; how many it is short, and why."""

    ordered: int
    good: int
    spoiled: int
    open: int
    cancelled: int
    short: int = 0
    short_cause: Personal = ""


class Gate(Payload):
    """Which gate."""

    key: str


class ClosedGate(Gate):
    """Which gate, and the code of what it waits for."""

    cause: str


class Operation(Payload):
    """The operation's name, its job's id and number."""

    job_id: uuid.UUID
    job: str
    name: str


class OperationStopped(Operation):
    """Why it was paused or skipped."""

    reason: Personal


class PiecesCounted(Payload):
    """The pieces of one count, where, and why they spoiled."""

    operation: str
    job: str
    good: int
    spoiled: int
    cause: Personal
    figures: dict[str, int]


def _counted(data: Mapping[str, Any]) -> str:
    good, spoiled = data.get("good", 0), data.get("spoiled", 0)
    counts = _("%(good)s good, %(spoiled)s spoiled", good=good, spoiled=spoiled)
    return f"{counts}: {data['cause']}" if data.get("cause") else counts


def _reworked(data: Mapping[str, Any]) -> str:
    pieces = plural(data["pieces"], "piece") if data.get("pieces") else ""
    return ", ".join(filter(None, (data.get("name"), pieces, data.get("cause"))))


EventKind("job.created", _l("Job created"), Created, detail="title", is_routine=True, public=True)
EventKind("job.split", _l("Job split"), public=True)
EventKind(
    "job.reprinted",
    _l("Reprint created"),
    payload(job_id=uuid.UUID, cause=Personal, found_bad=int),
    detail="cause",
    public=True,
)
EventKind(
    "job.ready", _l("Job ready"), Payload, _l("Ready for production"), tone="good", public=True
)
EventKind("job.held_back", _l("Job no longer ready"), tone="bad")
EventKind("job.scheduled", _l("Job scheduled"), public=True)
EventKind(
    "job.started", _l("Job started"), Payload, _l("Production started"), tone="now", public=True
)
EventKind("job.to_quality", _l("Ready for quality check"), is_routine=True)
EventKind("job.sent_back", _l("Sent back to production"))
EventKind(
    "job.quality_passed",
    _l("Quality check passed"),
    payload(good=int, figures=dict[str, int]),
    tone="good",
    detail=lambda data: _("%(good)s good", good=data.get("good", 0)),
)
EventKind(
    "job.quality_failed",
    _l("Quality check failed"),
    payload(spoiled=int, cause=Personal, figures=dict[str, int]),
    tone="bad",
    detail="cause",
)
EventKind(
    "job.finished",
    _l("Job finished"),
    Finished,
    _l("Production finished"),
    tone="done",
    detail=_counted,
    public=True,
)
EventKind("job.held", _l("Job put on hold"), Held, personal_fields=("hold_reason",), public=True)
EventKind("job.resumed", _l("Job resumed"), Resumed, personal_fields=("hold_reason",), public=True)
EventKind(
    "job.cancelled",
    _l("Job cancelled"),
    payload(cause=(Personal, ""), cancelled=(int, 0), figures=(dict[str, int], {})),
    tone="bad",
    detail="cause",
    public=True,
)
EventKind(
    "gate.opened",
    _l("Gate opened"),
    Gate,
    tone="good",
    detail="key",
    is_routine=True,
    personal_fields=("waits_for",),
)
EventKind(
    "gate.closed", _l("Gate closed"), ClosedGate, detail="key", personal_fields=("waits_for",)
)
EventKind(
    "gate.waits",
    _l("Gate waiting"),
    ClosedGate,
    detail="key",
    is_routine=True,
    personal_fields=("waits_for",),
)
EventKind("operation.started", _l("Operation started"), Operation, detail="name", is_routine=True)
EventKind("operation.paused", _l("Operation paused"), OperationStopped, detail="name")
EventKind("operation.resumed", _l("Operation resumed"), Operation, detail="name")
EventKind(
    "operation.finished",
    _l("Operation finished"),
    payload(Operation, passed=int, spoiled=int),
    detail="name",
    is_routine=True,
)
EventKind("operation.skipped", _l("Operation skipped"), OperationStopped, detail="name")
EventKind(
    "operation.reopened",
    _l("Operation to be reworked"),
    payload(Operation, cause=Personal, pieces=(int, 0), is_first=(bool, False)),
    detail=_reworked,
)
EventKind("pieces.corrected", _l("Count reversed"), PiecesCounted, detail=_counted)
EventKind("pieces.counted", _l("Pieces counted"), PiecesCounted, tone="good", detail=_counted)
EventKind(
    "work_order.made",
    _l("Work order printed"),
    payload(job=str, version=int, sha256=str),
    is_routine=True,
)
EventKind("work_centre.created", _l("Work centre created"))
EventKind("work_centre.changed", _l("Work centre changed"))
