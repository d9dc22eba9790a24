"""The log of events: who changed what, through which door, and the chain that proves it."""

import uuid
from typing import Any

from flask import url_for
from markupsafe import Markup
from sqlalchemy import select

from app.core.backoffice.columns import Column, ConditionFilter, choice_filter
from app.core.backoffice.listing import SavedView
from app.core.backoffice.model_view import BackOfficeModelView
from app.core.db import db
from app.core.deliveries import Delivery
from app.core.events import GENESIS, Event, digest, timeline
from app.core.events.describe import ACTORS, DOORS, describe, payload_of, title_of, titles, who_of
from app.core.translations import _l
from app.fulfilment.models import Shipment
from app.orders.cells import order_column, order_link
from app.orders.models import PREFIX, Order
from app.production.models import Job

SUBJECTS = (
    "orders", "quotes", "artwork_slots", "uploads", "jobs", "operations", "job_gates", "shipments",
    "messages", "stock_items", "reservations", "staff", "order_links", "products", "customers",
    "contacts", "event_deliveries", "sync_intents", "outbound_intents",
    "adapter_settings",
)  # fmt: skip
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


def _of_order(typed: str) -> Any:
    """Return the condition for the chain of the order with this number; for none without one."""
    digits = typed.strip().upper().removeprefix(PREFIX)
    number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 16 else -1
    return Event.stream_id == select(Order.id).where(Order.number == number).scalar_subquery()


def _about(typed: str) -> Any:
    """Return the condition for events about the row with this id; for none where it is no id."""
    try:
        return Event.subject_id == uuid.UUID(typed.strip())
    except ValueError:
        return Event.subject_id == uuid.UUID(int=0)


def _change_words(row: Event) -> str:
    entry = describe(row)
    return " → ".join(part for part in (entry.before, entry.after) if part)


class EventLog(BackOfficeModelView):
    """Every event there is, the newest first. Rows are never changed and never removed."""

    model = Event
    name = _l("Events")
    endpoint = "event_log"
    path = "events"
    permission_view = "event.view"
    area = _l("Settings")
    menu_icon = "event"
    menu_order = 60
    sentence = _l(
        "Every change, newest first: who made it, where, and the values before and after."
    )
    empty_title = _l("No events yet")
    empty_sentence = _l("The first request creates the first event.")
    details_template = "backoffice/log/event.html"
    columns = (
        Column("at", _l("When"), "at-end", is_sortable=True),
        Column("name", _l("Event"), show=lambda row: title_of(row.name)),
        Column(
            "subject",
            _l("Record"),
            "skip-sm",
            lambda row: subject_words(row.subject_kind),
            lambda row: f"{row.subject_kind} {row.subject_id}",
        ),
        order_column("to-end later"),
        Column("actor_label", _l("Who"), "", who_of),
        Column("door", phone="skip-sm", show=lambda row: DOORS.get(row.door, row.door)),
        Column(
            "change", phone="at-body later", show=lambda row: _change(row), export=_change_words
        ),
    )
    link_column = "name"
    column_default_sort = ("at", True)
    column_filters = (
        choice_filter(
            Event.name, _l("Event"), dict(sorted(titles().items(), key=lambda pair: pair[1]))
        ),
        choice_filter(Event.actor_kind, _l("Actor type"), ACTORS),
        choice_filter(Event.door, _l("Channel"), DOORS),
        "at",
        choice_filter(
            Event.subject_kind, _l("Record type"), {kind: subject_words(kind) for kind in SUBJECTS}
        ),
        ConditionFilter(Event.subject_id, _l("Record ID"), _about, "equals"),
        ConditionFilter(Event.stream_id, _l("Order"), _of_order, "equals"),
    )
    saved_views = (
        SavedView(_l("By staff"), {"flt_actor_type_equals": "staff"}),
        SavedView(_l("By customers"), {"flt_actor_type_equals": "customer"}),
        SavedView(_l("Refused"), {"flt_event_equals": "access.denied"}),
    )

    def row_title(self, row: Event) -> str:
        """Return the event in words."""
        return title_of(row.name)

    def details_context(self, row: Event) -> dict[str, Any]:
        """Return the event's place in the chain, its payload, and what it is about."""
        return {
            "view": EventView(row),
            "payload": payload_of(row),
            "link": link_of(row),
            "order": order_link(row.stream_id),
            "subject": subject_words(row.subject_kind),
        }


def _change(row: Event) -> Any:
    entry = describe(row)
    parts = []
    if entry.before or entry.after:
        old = Markup("<del>{}</del> ").format(entry.before) if entry.before else ""
        new = Markup("<ins>{}</ins>").format(entry.after) if entry.after else ""
        parts.append(Markup('<span class="diff">{}{}</span>').format(old, new))
    if entry.detail:
        parts.append(Markup('<span class="sub">{}</span>').format(entry.detail))
    return Markup("").join(parts) or None
