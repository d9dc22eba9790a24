"""The charts that the back office's templates ask, and kinds of events not yet in a room."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask
from pydantic import ConfigDict

from app.core.events import KINDS, EventKind, Payload

EVENTS = {
    "job.created": ("Job made", ""),
    "job.split": ("Job split", ""),
    "job.to_quality": ("Ready for quality", ""),
    "job.sent_back": ("Sent back", ""),
    "job.held_back": ("Waits for a gate again", "bad"),
    "operation.reopened": ("Step to be done again", ""),
    "gate.opened": ("Gate opened", "good"),
    "gate.closed": ("Gate closed again", ""),
    "gate.waits": ("Gate waits", ""),
    "job.ready": ("Job ready", "good"),
    "job.scheduled": ("Job scheduled", ""),
    "job.started": ("Job started", "now"),
    "operation.started": ("Step started", ""),
    "operation.paused": ("Step paused", ""),
    "operation.resumed": ("Step goes on", ""),
    "operation.finished": ("Step finished", ""),
    "operation.skipped": ("Step skipped", ""),
    "pieces.counted": ("Pieces counted", "good"),
    "job.quality_passed": ("Quality passed", "good"),
    "job.quality_failed": ("Quality failed", "bad"),
    "job.finished": ("Job finished", "done"),
    "job.cancelled": ("Job cancelled", "bad"),
    "job.reprinted": ("Reprint made", ""),
    "work_order.made": ("Work order printed", ""),
    "work_centre.created": ("Work centre made", ""),
    "work_centre.changed": ("Work centre changed", ""),
}

ROUTINE = (
    "operation.started",
    "operation.finished",
    "work_order.made",
    "gate.opened",
    "gate.waits",
    "job.created",
    "job.to_quality",
)


class AnyPayload(Payload):
    """Whatever was recorded."""

    model_config = ConfigDict(extra="allow")


def _detail(data: Mapping[str, Any]) -> str:
    if "good" in data or "spoiled" in data:
        counts = f"{data.get('good', 0)} good, {data.get('spoiled', 0)} spoiled"
        return f"{counts}: {data['cause']}" if data.get("cause") else counts
    names = ("number", "title", "name", "reason", "tracking_number", "cause")
    return next((str(data[name]) for name in names if data.get(name)), "")


for name, (label, tone) in EVENTS.items():
    if name not in KINDS:
        EventKind(name, label, AnyPayload, tone=tone, detail=_detail, is_routine=name in ROUTINE)


def init(app: Flask) -> None:
    """Give templates these words."""
    from app.artwork.states import ARTWORK
    from app.backoffice.order_view import artwork_word, quote_word
    from app.fulfilment import states as shipment_states
    from app.notify.states import MESSAGE
    from app.orders import states as order_states
    from app.orders.states import ORDER
    from app.production.states import JOB, OPERATION

    app.jinja_env.globals.update(
        artwork_word=artwork_word,
        quote_word=quote_word,
        order_chart=ORDER,
        order_states=order_states,
        artwork_chart=ARTWORK,
        job_chart=JOB,
        operation_chart=OPERATION,
        shipment_chart=shipment_states.SHIPMENT,
        shipment_states=shipment_states,
        message_chart=MESSAGE,
    )
