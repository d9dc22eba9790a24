"""Dead letters: reactions that failed for good, why, and the button that runs them again."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from flask import flash, g, redirect, url_for
from flask_admin import expose
from flask_admin.contrib.sqla.filters import FilterEqual
from markupsafe import Markup
from sqlalchemy import select

from app.core.admin_base import BackOfficeModelView
from app.core.db import db, get
from app.core.deliveries import MAX_ATTEMPTS, QUEUES, Delivery, reaction_label
from app.core.errors import AlreadyDone, NotFound, WrongState
from app.core.events import Event, record
from app.core.events.describe import title_of
from app.core.runner import replay
from app.orders.cells import order_link, read_orders

REPLAY = "deadletter.replay"


def views() -> list[BackOfficeModelView]:
    """Return the list of dead letters."""
    return [
        DeadLetters(
            Delivery, name="Dead letters", endpoint="dead_letters", url="/admin/dead-letters"
        )
    ]


class DeadLetters(BackOfficeModelView):
    """Deliveries that were given up, oldest first."""

    permission_view = "event.view"
    permission_export = None
    exportable = False
    area = "Settings"
    menu_icon = "skull"
    menu_order = 70
    title = "Dead letters"
    sentence = "Reactions that failed for good. Nothing is lost: mend the cause, then replay them."
    empty_title = "No dead letters"
    empty_sentence = "Whatever was set off by an event was done, or is still being tried."
    list_template = "backoffice/log/dead_letters.html"
    details_template = "backoffice/log/dead_letter.html"
    column_list = ("reaction", "event", "order", "error", "attempts", "updated_at")
    column_labels = {"error": "What went wrong", "attempts": "Tries", "updated_at": "Since"}
    link_column = "reaction"
    phone_places = {
        "event": "",
        "order": "to-end",
        "error": "at-body",
        "attempts": "said",
        "updated_at": "to-end",
    }
    column_default_sort = ("updated_at", False)
    column_sortable_list = ("updated_at", "reaction")
    column_filters = (
        "reaction",
        FilterEqual(Delivery.queue, "Queue", options=[(name, name) for name in QUEUES]),
        "updated_at",
    )
    column_formatters = {
        "reaction": lambda view, context, row, name: reaction_label(row.reaction),
        "event": lambda view, context, row, name: view.event_link(row),
        "order": lambda view, context, row, name: order_link(view.event(row).stream_id),
        "error": lambda view, context, row, name: said(row.error)[0],
    }

    def get_query(self) -> Any:
        """Return what is dead now; a delivery that was replayed is no letter any more."""
        return super().get_query().filter(Delivery.state == "dead")

    def row_title(self, row: Delivery) -> str:
        """Return the reaction's name in words."""
        return reaction_label(row.reaction)

    def read_ahead(self, rows: Sequence[Delivery]) -> None:
        """Read the events that set them off, and the orders of those."""
        _read({row.event_id for row in rows})

    def render(self, template: str, **kwargs: Any) -> Any:
        """Read what the one row is about; then render."""
        if template == self.details_template:
            row: Delivery = kwargs["model"]
            kind, sentence = said(row.error, with_kind=True)
            kwargs |= {
                "event": self.event(row),
                "order": order_link(self.event(row).stream_id),
                "kind": kind,
                "sentence": sentence,
                "given_up": why_given_up(row),
                "events": replays(row),
            }
        kwargs["may_replay"] = self.may(REPLAY)
        return super().render(template, **kwargs)

    def event(self, row: Delivery) -> Event:
        """Return the event that set the delivery off."""
        found: Event = g.dead_events[row.event_id]
        return found

    def event_link(self, row: Delivery) -> Any:
        """Return the event's words as a link to it."""
        event = self.event(row)
        url = url_for("event_log.details_view", id=event.id)
        return Markup('<a href="{}">{}</a>').format(url, title_of(event.name))

    @expose("/<uuid:delivery_id>/replay", methods=("POST",))
    def replay(self, delivery_id: uuid.UUID) -> Any:
        """Give the delivery back to the relay, once; a second click is told so."""
        actor = self.need(REPLAY)
        try:
            before = get(Delivery, delivery_id)
            was = {"state": before.state, "attempts": before.attempts, "error": before.error}
            row = replay(delivery_id)
            event = db.session.get_one(Event, row.event_id)
            record(
                "delivery.replayed",
                row,
                actor,
                stream_id=event.stream_id,
                before=was,
                after={"state": row.state, "attempts": row.attempts, "error": row.error},
                data={"name": row.reaction, "event": event.name},
            )
            db.session.commit()
        except (AlreadyDone, WrongState) as problem:
            db.session.rollback()
            flash(str(problem), "info")
        except NotFound:
            db.session.rollback()
            raise
        else:
            flash(f"{reaction_label(row.reaction)} is tried again now.", "good")
        return redirect(self.get_url(".index_view"), 303)


def _read(event_ids: set[uuid.UUID]) -> None:
    events = db.session.scalars(select(Event).where(Event.id.in_(event_ids))).all()
    g.dead_events = {event.id: event for event in events}
    read_orders(event.stream_id for event in events)


def replays(row: Delivery) -> list[Event]:
    """Return who replayed this delivery before, newest first."""
    query = select(Event).where(
        Event.subject_kind == Delivery.__tablename__, Event.subject_id == row.id
    )
    return list(db.session.scalars(query.order_by(Event.at.desc()).limit(20)))


def said(error: str | None, *, with_kind: bool = False) -> tuple[str, str]:
    """Return the error's sentence (and nothing), or its kind and its sentence."""
    kind, _, sentence = (error or "Nothing was noted").partition(": ")
    if not sentence:
        kind, sentence = "", kind
    return (kind, sentence) if with_kind else (sentence, "")


def why_given_up(row: Delivery) -> str:
    """Return why nobody tries any more."""
    if row.attempts >= MAX_ATTEMPTS:
        return f"It was tried {row.attempts} times with longer and longer pauses, then given up."
    return "Trying again by itself would have ended the same way, so it was given up at once."
