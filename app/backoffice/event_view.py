"""One event as its page shows it: what changed, its place in the chain, what it set off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import select

from app.backoffice.words import EVENTS
from app.core.db import db
from app.core.deliveries import Delivery
from app.core.events import GENESIS, Event, digest
from app.fulfilment.models import Shipment
from app.orders.models import Order
from app.production.models import Job

SUBJECT_WORDS = {
    "artwork_slots": "Artwork",
    "event_deliveries": "Reaction",
    "job_gates": "Gate",
    "operations": "Step",
    "order_links": "Link",
    "staff": "Staff",
    "sync_intents": "Write elsewhere",
    "stock_items": "Stock item",
    "work_centres": "Work centre",
}


@dataclass(frozen=True)
class EventView:
    """The neighbours in the chain, whether the links hold, and the reactions."""

    previous: Event | None
    following: Event | None
    is_unchanged: bool
    follows_on: bool
    is_followed: bool
    deliveries: Sequence[Delivery]

    @property
    def holds(self) -> bool:
        """Whether this link and both beside it are as they were written."""
        return self.is_unchanged and self.follows_on and self.is_followed


def read(event: Event) -> EventView:
    """Return the neighbours, verified by their hashes, and what the event set off. Two queries."""
    beside = (event.stream_seq - 1, event.stream_seq + 1)
    rows = db.session.scalars(
        select(Event).where(Event.stream_id == event.stream_id, Event.stream_seq.in_(beside))
    )
    by_seq = {row.stream_seq: row for row in rows}
    previous, following = by_seq.get(beside[0]), by_seq.get(beside[1])
    expected = previous.hash if previous else GENESIS if event.stream_seq == 1 else ""
    query = select(Delivery).where(Delivery.event_id == event.id).order_by(Delivery.reaction)
    return EventView(
        previous,
        following,
        is_unchanged=digest(event) == event.hash,
        follows_on=event.prev_hash == expected,
        is_followed=following is None or following.prev_hash == event.hash,
        deliveries=db.session.scalars(query).all(),
    )


def differences(event: Event) -> list[tuple[str, str, str, bool]]:
    """Return (field, before, after, changed) for each field that the event names."""
    before, after = event.before or {}, event.after or {}
    return [
        (key, _said(before.get(key)), _said(after.get(key)), before.get(key) != after.get(key))
        for key in {**before, **after}
    ]


def _said(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, (dict, list)):
        import json

        return json.dumps(value, ensure_ascii=False, indent=1)
    return str(value)


def title_of(name: str) -> str:
    """Return an event's name in words, also of one that has none of its own."""
    if name in EVENTS:
        return EVENTS[name][0]
    return name.replace(".", " ").replace("_", " ").capitalize()


def subject_words(kind: str) -> str:
    """Return the name of a table as people say it for one of its rows."""
    words = SUBJECT_WORDS.get(kind)
    if words:
        return words
    return kind.removesuffix("s").replace("_", " ").capitalize()


def link_of(event: Event) -> str:
    """Return the page of the event's subject; empty where it has none. One query at most."""
    if event.subject_kind == "artwork_slots":
        return url_for("artwork.review", slot_id=event.subject_id)
    if event.subject_kind == "messages":
        return url_for("messages.details_view", id=event.subject_id)
    pages: dict[str, tuple[Any, str, str, str]] = {
        "orders": (Order, "order_page.page", "ref", "ref"),
        "jobs": (Job, "job_page.page", "number", "number"),
        "shipments": (Shipment, "shipment_page.page", "ref", "number"),
    }
    if event.subject_kind not in pages:
        return ""
    model, endpoint, attribute, argument = pages[event.subject_kind]
    row = db.session.get(model, event.subject_id)
    return url_for(endpoint, **{argument: getattr(row, attribute)}) if row else ""
