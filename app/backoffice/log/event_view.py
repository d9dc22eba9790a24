"""One event as its page shows it: what changed, its place in the chain, what it set off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import select

from app.core.db import db
from app.core.deliveries import Delivery
from app.core.events import GENESIS, Event, digest
from app.core.translations import _l
from app.fulfilment.models import Shipment
from app.orders.models import Order
from app.production.models import Job

SUBJECT_WORDS = {
    "artwork_slots": _l("Artwork"),
    "event_deliveries": _l("Background task"),
    "job_gates": _l("Gate"),
    "operations": _l("Operation"),
    "order_links": _l("Link"),
    "staff": _l("Staff"),
    "staff_sessions": _l("Sign-in"),
    "product_families": _l("Family"),
    "api_tokens": "API token",
    "quantity_events": _l("Count"),
    "sync_intents": _l("Integration"),
    "outbound_intents": _l("Integration"),
    "adapter_settings": _l("Connection"),
    "stock_items": _l("Stock item"),
    "work_centres": _l("Work centre"),
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


def subject_words(kind: str) -> str:
    """Return the name of a table as people say it for one of its rows."""
    words = SUBJECT_WORDS.get(kind)
    if words:
        return words
    return kind.removesuffix("s").replace("_", " ").capitalize()


def link_of(event: Event) -> str:
    """Return the page of the event's subject; empty where it has none. One query at most."""
    if event.subject_kind == "artwork_slots":
        return url_for("artwork.page", ref=event.subject_id)
    if event.subject_kind == "messages":
        return url_for("messages.details_view", id=event.subject_id)
    pages: dict[str, tuple[Any, str, str, str]] = {
        "orders": (Order, "order_page.page", "ref", "ref"),
        "jobs": (Job, "job_page.page", "number", "ref"),
        "shipments": (Shipment, "shipment_page.page", "ref", "ref"),
    }
    if event.subject_kind not in pages:
        return ""
    model, endpoint, attribute, argument = pages[event.subject_kind]
    row = db.session.get(model, event.subject_id)
    return url_for(endpoint, **{argument: getattr(row, attribute)}) if row else ""
