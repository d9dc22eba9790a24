"""One event as its page shows it: what changed, its place in the chain, what it set off."""

from typing import Any

from flask import url_for
from sqlalchemy import select

from app.core.db import db
from app.core.deliveries import Delivery
from app.core.events import GENESIS, Event, digest, timeline
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


class EventView:
    """The neighbours in the chain, whether the links hold, and the reactions. Two queries."""

    def __init__(self, event: Event) -> None:
        before, after = event.stream_seq - 1, event.stream_seq + 1
        found = {
            row.stream_seq: row
            for row in timeline(event.stream_id, Event.stream_seq.in_((before, after)))
        }
        self.previous, self.following = found.get(before), found.get(after)
        expected = GENESIS if event.stream_seq == 1 else ""
        self.is_unchanged = digest(event) == event.hash
        self.follows_on = event.prev_hash == (self.previous.hash if self.previous else expected)
        self.is_followed = self.following is None or self.following.prev_hash == event.hash
        query = select(Delivery).where(Delivery.event_id == event.id).order_by(Delivery.reaction)
        self.deliveries = db.session.scalars(query).all()

    @property
    def holds(self) -> bool:
        """Whether this link and both beside it are as they were written."""
        return self.is_unchanged and self.follows_on and self.is_followed


def subject_words(kind: str) -> str:
    """Return the name of a table as people say it for one of its rows."""
    return SUBJECT_WORDS.get(kind) or kind.removesuffix("s").replace("_", " ").capitalize()


def link_of(event: Event) -> str:
    """Return the page of the event's subject; empty where it has none. One query at most."""
    if event.subject_kind == "artwork_slots":
        return url_for("artwork.page", ref=event.subject_id)
    if event.subject_kind == "messages":
        return url_for("messages.details_view", id=event.subject_id)
    pages: dict[str, tuple[Any, str]] = {
        "orders": (Order, "order_page.page"),
        "jobs": (Job, "job_page.page"),
        "shipments": (Shipment, "shipment_page.page"),
    }
    model, endpoint = pages.get(event.subject_kind, (None, ""))
    row = db.session.get(model, event.subject_id) if model else None
    return url_for(endpoint, ref=row.number if model is Job else row.ref) if row else ""
