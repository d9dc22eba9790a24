"""Words for events and states that the back office's templates use."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from flask import Flask

from app.core.events import KINDS, Event, kind_of
from app.core.web.formats import quantity
from app.core.workflow import CHARTS

EVENTS = {
    "upload.started": ("Upload began", ""),
    "upload.completed": ("File arrived", ""),
    "upload.checked": ("File was checked", "good"),
    "upload.refused": ("File refused", "bad"),
    "artwork.file_received": ("File for artwork received", ""),
    "upload.abandoned": ("Upload given up", ""),
    "artwork.file_refused": ("File refused", "bad"),
    "artwork.sent_back": ("Artwork sent back", ""),
    "artwork.checked": ("Preflight passed", "good"),
    "artwork.on_hold": ("Preflight stopped it", "bad"),
    "artwork.overridden": ("Preflight overridden", ""),
    "artwork.changes_requested": ("Customer asked for changes", ""),
    "proof.made": ("Proof made", ""),
    "proof.signed_internally": ("Signed internally", "good"),
    "proof.sent": ("Proof sent", ""),
    "proof.signed": ("Customer signed", "good"),
    "stock.reserved": ("Material reserved", "good"),
    "stock.released": ("Material released", ""),
    "stock.short": ("Material is short", "bad"),
    "stock.moved": ("Material moved", ""),
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
    "message.queued": ("Message queued", ""),
    "message.sent": ("Message sent", "good"),
    "message.failed": ("Message failed", "bad"),
    "message.unknown": ("Message may have been lost", "bad"),
    "message.suppressed": ("Message not sent", ""),
    "message.resent": ("Message sent again", ""),
    "sync.intended": ("To be booked", ""),
    "sync.sent": ("Booked", "good"),
    "sync.failed": ("Not booked", "bad"),
    "sync.unknown": ("Booking in doubt", "bad"),
    "sync.retried": ("Booking retried", ""),
    "sync.abandoned": ("Booking abandoned", ""),
    "adapter.settings_changed": ("Connection settings changed", ""),
    "link.issued": ("Link issued", ""),
    "link.revoked": ("Link taken back", ""),
    "link.requested": ("New link asked for", ""),
    "customer.created": ("Customer noted", ""),
    "customer.changed": ("Customer changed", ""),
    "contact.created": ("Contact noted", ""),
    "contact.changed": ("Contact changed", ""),
    "address.added": ("Address noted", ""),
    "family.created": ("Family made", ""),
    "family.changed": ("Family changed", ""),
    "product.created": ("Product made", ""),
    "product.changed": ("Product changed", ""),
    "stock.item_created": ("Stock item made", ""),
    "stock.location_created": ("Place made", ""),
    "work_centre.created": ("Work centre made", ""),
    "work_centre.changed": ("Work centre changed", ""),
    "export.requested": ("Export asked for", ""),
    "export.ready": ("Export written", "good"),
    "export.failed": ("Export failed", "bad"),
    "staff.created": ("Taken on", ""),
    "staff.changed": ("Staff changed", ""),
    "staff.disabled": ("Staff disabled", "bad"),
    "staff.enabled": ("Staff enabled again", ""),
    "staff.password_set": ("New password", ""),
    "staff.reset_requested": ("Password link asked for", ""),
    "staff.signed_in": ("Signed in", ""),
    "staff.signed_out": ("Signed out", ""),
    "staff.session_revoked": ("Signed out in one browser", ""),
    "api_token.issued": ("API token issued", ""),
    "api_token.revoked": ("API token taken back", ""),
    "access.denied": ("Refused", "bad"),
    "delivery.replayed": ("Reaction replayed", ""),
}


def titles() -> dict[str, str]:
    """Return the title of every event there is, by its name."""
    return {name: words[0] for name, words in EVENTS.items()} | {
        name: kind.staff_label for name, kind in KINDS.items()
    }


def routine() -> tuple[str, ...]:
    """Return the names of the events that the short timeline leaves out."""
    return (*ROUTINE, *(name for name, kind in KINDS.items() if kind.is_routine))


SILENT = {"paid_at", "number", "placed_at", "expires_at"}
AS_WRITTEN = {"name", "sku", "slug", "file_name", "summary", "note"}
NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,6})?|-?[\d,]{1,18}(\.\d{1,6})?")
CHART_OF = {
    "orders": "order",
    "quotes": "quote",
    "artwork_slots": "artwork",
    "uploads": "upload",
    "jobs": "job",
    "operations": "operation",
    "shipments": "shipment",
    "messages": "message",
    "sync_intents": "outbound",
    "outbound_intents": "outbound",
    "exports": "export",
}
# What the order page's short timeline leaves out: each has its own card there.
ROUTINE = (
    "message.queued",
    "message.sent",
    "link.issued",
    "operation.started",
    "operation.finished",
    "work_order.made",
    "upload.started",
    "upload.completed",
    "upload.checked",
    "artwork.file_received",
    "proof.made",
    "gate.opened",
    "gate.waits",
    "job.created",
    "job.to_quality",
    "stock.moved",
    "sync.intended",
    "sync.sent",
)
REACTIONS = {
    "queue_messages": "Queue messages",
    "send": "Send the message",
    "check_upload": "Check the file",
    "add_version": "Take the file as artwork",
    "give_back": "Give the file back",
    "supersede_quote": "Take the quote back",
    "proof": "Draw the proof",
    "proof_for_job": "Draw the proof of the job",
    "make_jobs": "Make the jobs",
    "cancel_jobs": "Cancel the jobs",
    "open_payment": "Open the gate for payment",
    "open_artwork": "Open the gate for artwork",
    "open_if_signed": "Open the gate if it is signed",
    "close_gate": "Close the gate for artwork",
    "reserve_material": "Reserve the material",
    "retry_short": "Reserve what was short",
    "release_material": "Give the material back",
    "use_material": "Use the material",
    "work_order": "Print the work order",
    "make_shipment": "Make the shipment",
    "buy_label": "Buy the label",
    "close_order": "Close the order",
    "journal": "Write it into the books",
    "write": "Write to another system again",
    "export": "Write the export",
}
DOORS = {
    "backoffice": "back office",
    "link": "by link",
    "portal": "portal",
    "job": "by itself",
    "clock": "by the clock",
    "cli": "command",
    "api": "other software",
}


def event_entry(event: Event) -> dict[str, Any]:
    """Return an event as the timeline shows it: title, more, who, at, kind, before, after.

    `only_state` says that nothing but the state moved, which the title says already.
    """
    known = kind_of(event.name)
    kind = known.tone if known else EVENTS.get(event.name, ("", ""))[1]
    before, after = changes(event)
    who = event.actor_label if event.actor_kind != "system" else "Makeready"
    return {
        "title": title_of(event.name),
        "more": detail(event),
        "who": f"{who}, {DOORS.get(event.door, event.door)}",
        "at": event.at,
        "kind": kind,
        "before": before,
        "after": after,
        "only_state": {*(event.before or ()), *(event.after or ())} - SILENT <= {"state"},
    }


def title_of(name: str) -> str:
    """Return an event's name in words, also of one that has none of its own."""
    if known := kind_of(name):
        return known.staff_label
    if name in EVENTS:
        return EVENTS[name][0]
    return name.replace(".", " ").replace("_", " ").capitalize()


def changes(event: Event) -> tuple[str, str]:
    """Return before and after in words; fields that did not change are left out.

    A state is said by its chart. Numbers beside each other are named, since nobody could tell them
    apart.
    """
    before, after = event.before or {}, event.after or {}
    keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    chart = CHARTS.get(CHART_OF.get(event.subject_kind, ""))

    def said(key: str, value: Any) -> str:
        if key == "state" and chart is not None and value in chart.table:
            return chart.word(value).lower()
        word = _value(key, value)
        if word and len(keys) > 1 and NUMBER.fullmatch(word):
            return f"{key.replace('_', ' ')} {word}"
        return word

    def say(side: dict[str, Any]) -> str:
        return ", ".join(word for key in keys if (word := said(key, side.get(key))))[:160]

    return say(before), say(after)


def _value(key: str, value: Any) -> str:
    """Return a changed value as people say it; empty where it says nothing beside the title."""
    if value in (None, "", [], {}) or isinstance(value, bool) or key in SILENT:
        return ""
    if isinstance(value, dict):
        flat = not any(isinstance(part, (dict, list)) for part in value.values())
        return ", ".join(f"{name}: {part}" for name, part in value.items()) if flat else ""
    if isinstance(value, list):
        return ", ".join(str(part) for part in value if not isinstance(part, (dict, list)))
    if key == "approved_sha256":
        return f"file {str(value)[:6]}"
    if key == "waits_for":
        return f"waited for {value}"
    if key.endswith("_minor") and isinstance(value, int):
        return quantity(value / 100, places=2)
    text = str(value)
    if NUMBER.fullmatch(text):
        return quantity(Decimal(text))
    return text if "@" in text or key in AS_WRITTEN else text.replace("_", " ")


def reaction_words(name: str) -> str:
    """Return a reaction's name as people say it, also of one that has no words of its own."""
    return REACTIONS.get(name) or name.replace("_", " ").replace(".", " ").capitalize()


def detail(event: Event) -> str:
    """Return the few words that tell this event from others of its name."""
    if known := kind_of(event.name):
        return known.say(event.data)
    data = event.data or {}
    if event.name == "pieces.counted":
        counts = f"{data.get('good', 0)} good, {data.get('spoiled', 0)} spoiled"
        return f"{counts}: {data['cause']}" if data.get("cause") else counts
    if event.name.startswith("sync."):
        return ""  # their keys say nothing to people
    if event.name == "delivery.replayed":
        return reaction_words(str(data.get("name", "")))
    if event.name == "stock.moved":
        from app.stock.admin import REASON_WORDS

        return REASON_WORDS.get(str(data.get("reason")), "")
    for key in (
        "file_name", "label", "number", "title", "key", "subject", "template", "name", "question",
        "answer", "reason", "note", "tracking_number", "cause",
    ):  # fmt: skip
        if data.get(key):
            return str(data[key])[:120]
    if "good" in data or "spoiled" in data:
        return f"{data.get('good', 0)} good, {data.get('spoiled', 0)} spoiled"
    return ""


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
        event_entry=event_entry,
        reaction_words=reaction_words,
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
