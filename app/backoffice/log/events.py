"""The log of events: who changed what, through which door, and the chain that proves it."""

import uuid
from typing import Any

from markupsafe import Markup
from sqlalchemy import select

from app.backoffice.log.event_view import EventView, link_of, subject_words
from app.core.backoffice.columns import Column, ConditionFilter, choice_filter
from app.core.backoffice.listing import SavedView
from app.core.backoffice.model_view import BackOfficeModelView
from app.core.events import Event
from app.core.events.describe import ACTORS, DOORS, describe, payload_of, title_of, titles, who_of
from app.core.translations import _l
from app.orders.cells import order_column, order_link
from app.orders.models import PREFIX, Order

SUBJECTS = (
    "orders", "quotes", "artwork_slots", "uploads", "jobs", "operations", "job_gates", "shipments",
    "messages", "stock_items", "reservations", "staff", "order_links", "products", "customers",
    "contacts", "event_deliveries", "sync_intents", "outbound_intents",
    "adapter_settings",
)  # fmt: skip


def views() -> list[BackOfficeModelView]:
    """Return the log."""
    return [EventLog(Event, name=_l("Events"), endpoint="event_log", url="/admin/events")]


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
            Event.subject_kind,
            _l("Record type"),
            {kind: subject_words(kind) for kind in SUBJECTS},
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
