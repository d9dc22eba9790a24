"""The log of events: who changed what, through which door, and the chain that proves it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from flask_admin.contrib.sqla.filters import BaseSQLAFilter, FilterEqual
from markupsafe import Markup
from sqlalchemy import select

from app.backoffice.log.event_view import link_of, read, subject_words
from app.core.admin_base import BackOfficeModelView, SavedView
from app.core.events import Event
from app.core.events.describe import ACTORS, DOORS, describe, payload_of, title_of, titles, who_of
from app.orders.cells import order_link, order_ref, read_orders
from app.orders.models import PREFIX, Order

SUBJECTS = (
    "orders", "quotes", "artwork_slots", "uploads", "jobs", "operations", "job_gates", "shipments",
    "messages", "stock_items", "reservations", "staff", "order_links", "products", "customers",
    "contacts", "event_deliveries", "sync_intents", "outbound_intents",
    "adapter_settings",
)  # fmt: skip


def views() -> list[BackOfficeModelView]:
    """Return the log."""
    return [EventLog(Event, name="Events", endpoint="event_log", url="/admin/events")]


class OrderFilter(BaseSQLAFilter):
    """Events of one order's chain, by the order's number."""

    def apply(self, query: Any, value: str, alias: Any = None) -> Any:
        """Narrow `query` to the chain of the order with this number; to none where there is none."""
        digits = value.strip().upper().removeprefix(PREFIX)
        number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 16 else -1
        order = select(Order.id).where(Order.number == number).scalar_subquery()
        return query.filter(Event.stream_id == order)

    def operation(self) -> str:
        return "equals"


class SubjectFilter(BaseSQLAFilter):
    """Events about one row, by its id."""

    def apply(self, query: Any, value: str, alias: Any = None) -> Any:
        """Narrow `query` to one subject; to none where the text is no id."""
        try:
            return query.filter(Event.subject_id == uuid.UUID(value.strip()))
        except ValueError:
            return query.filter(Event.subject_id == uuid.UUID(int=0))

    def operation(self) -> str:
        return "equals"


class EventLog(BackOfficeModelView):
    """Every event there is, the newest first. Rows are never changed and never removed."""

    permission_view = "event.view"
    area = "Settings"
    menu_icon = "event"
    menu_order = 60
    title = "Events"
    sentence = (
        "One row for each change: who, through which door, before and after. The newest first."
    )
    empty_title = "Nothing has happened yet"
    empty_sentence = "The first request writes the first row."
    details_template = "backoffice/log/event.html"
    column_list = ("at", "name", "subject", "order", "actor_label", "door", "change")
    column_labels = {
        "at": "When",
        "name": "What",
        "subject": "About",
        "actor_label": "Who",
        "actor_kind": "Kind of actor",
        "subject_kind": "Kind of subject",
    }
    link_column = "name"
    phone_places = {
        "at": "at-end",
        "subject": "skip-sm",
        "order": "to-end later",
        "actor_label": "",
        "door": "skip-sm",
        "change": "at-body later",
    }
    column_default_sort = ("at", True)
    column_sortable_list = ("at",)
    column_filters = (
        FilterEqual(
            Event.name, "What", options=sorted(titles().items(),
            key=lambda pair: pair[1])
        ),
        FilterEqual(Event.actor_kind, "Kind of actor", options=list(ACTORS.items())),
        FilterEqual(Event.door, "Door", options=list(DOORS.items())),
        "at",
        FilterEqual(
            Event.subject_kind, "Kind of subject",
            options=[(kind, subject_words(kind)) for kind in SUBJECTS],
        ),
        SubjectFilter(Event.subject_id, "Subject id"),
        OrderFilter(Event.stream_id, "Order"),
    )  # fmt: skip
    column_formatters = {
        "name": lambda view, context, row, name: title_of(row.name),
        "subject": lambda view, context, row, name: subject_words(row.subject_kind),
        "order": lambda view, context, row, name: order_link(row.stream_id),
        "actor_label": lambda view, context, row, name: who_of(row),
        "door": lambda view, context, row, name: DOORS.get(row.door, row.door),
        "change": lambda view, context, row, name: _change(row),
    }
    saved_views = (
        SavedView("All", {}),
        SavedView("By staff", {"flt_kind_of_actor_equals": "staff"}),
        SavedView("By customers", {"flt_kind_of_actor_equals": "customer"}),
        SavedView("Refused", {"flt_what_equals": "access.denied"}),
    )

    def row_title(self, row: Event) -> str:
        """Return the event in words."""
        return title_of(row.name)

    def read_ahead(self, rows: Sequence[Event]) -> None:
        """Read the orders' numbers."""
        read_orders(row.stream_id for row in rows)

    def render(self, template: str, **kwargs: Any) -> Any:
        """Read what the one row leads to; then render."""
        if template == self.details_template:
            row: Event = kwargs["model"]
            kwargs |= {
                "view": read(row),
                "payload": payload_of(row),
                "link": link_of(row),
                "order": order_link(row.stream_id),
                "subject": subject_words(row.subject_kind),
            }
        return super().render(template, **kwargs)

    def get_export_value(self, model: Event, name: str) -> Any:
        """Return the bare value; before and after as words."""
        if name == "change":
            entry = describe(model)
            return " → ".join(part for part in (entry.before, entry.after) if part)
        if name == "order":
            return order_ref(model.stream_id)
        if name == "subject":
            return f"{model.subject_kind} {model.subject_id}"
        return super().get_export_value(model, name)


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
