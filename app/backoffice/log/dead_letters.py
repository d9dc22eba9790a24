"""Dead letters: reactions that failed for good, why, and the button that runs them again."""

import uuid
from typing import Any

from flask import g
from sqlalchemy import select

from app.backoffice.verbs import DELIVERY, REPLAY, REPLAY_DEADLETTER
from app.core.backoffice.columns import Column, choice_filter, page_link
from app.core.backoffice.model_view import BackOfficeModelView
from app.core.backoffice.row_verbs import RowVerbs
from app.core.db import db
from app.core.deliveries import MAX_ATTEMPTS, QUEUES, Delivery, reaction_label
from app.core.events import Event
from app.core.events.describe import title_of
from app.core.translations import _, _l
from app.orders.cells import order_link, read_orders


class DeadLetters(RowVerbs, BackOfficeModelView):
    """Deliveries that were given up, oldest first."""

    model = Delivery
    name = _l("Failed tasks")
    endpoint = "dead_letters"
    subject = DELIVERY
    bulk_verbs = (REPLAY,)
    permission_view = "event.view"
    permission_export = None
    exportable = False
    area = _l("Settings")
    menu_icon = "skull"
    menu_order = 70
    sentence = _l(
        "Background tasks that failed after all retries. Nothing is lost: fix the cause, then replay them."
    )
    empty_title = _l("No failed tasks")
    empty_sentence = _l("Every background task is done or is still being retried.")
    list_template = "backoffice/log/dead_letters.html"
    has_row_actions = True
    details_template = "backoffice/log/dead_letter.html"
    columns = (
        Column(
            "reaction",
            show=lambda row: reaction_label(row.reaction),
            ahead=lambda rows: _read({row.event_id for row in rows}),
            is_sortable=True,
        ),
        Column("event", phone="", show=lambda row: _event_link(row)),
        Column("order", phone="to-end", show=lambda row: order_link(event_of(row).stream_id)),
        Column("error", _l("Error"), "at-body", lambda row: said(row.error)[1]),
        Column("attempts", _l("Attempts"), "said"),
        Column("updated_at", _l("Since"), "to-end", is_sortable=True),
    )
    column_default_sort = ("updated_at", False)
    column_filters = (
        "reaction",
        choice_filter(Delivery.queue, _l("Queue"), {name: name for name in QUEUES}),
        "updated_at",
    )

    def get_query(self) -> Any:
        """Return what is dead now; a delivery that was replayed is no letter any more."""
        return super().get_query().filter(Delivery.state == "dead")

    def row_title(self, row: Delivery) -> str:
        """Return the reaction's name in words."""
        return reaction_label(row.reaction)

    def details_context(self, row: Delivery) -> dict[str, Any]:
        """Return what set the row off, what went wrong, and who replayed it before."""
        kind, sentence = said(row.error)
        return {
            "event": event_of(row),
            "order": order_link(event_of(row).stream_id),
            "kind": kind,
            "sentence": sentence,
            "given_up": why_given_up(row),
        }

    def render(self, template: str, **kwargs: Any) -> Any:
        return super().render(template, may_replay=self.may(REPLAY_DEADLETTER), **kwargs)

    def row_to_change(self, row_id: str) -> Delivery:
        """Return the delivery, also one that is not dead any more: a second click is told so."""
        return DELIVERY.find(row_id)

    def back_to(self, shown: Delivery) -> str:
        return str(self.get_url(".index_view"))


def _read(event_ids: set[uuid.UUID]) -> None:
    events = db.session.scalars(select(Event).where(Event.id.in_(event_ids))).all()
    g.dead_events = {event.id: event for event in events}
    read_orders(event.stream_id for event in events)


def event_of(row: Delivery) -> Event:
    """Return the event that set the delivery off, as it was read for the page."""
    found: Event = g.dead_events[row.event_id]
    return found


def _event_link(row: Delivery) -> Any:
    event = event_of(row)
    return page_link(title_of(event.name), "event_log.details_view", id=event.id)


def said(error: str | None) -> tuple[str, str]:
    """Return the error's kind, empty where it names none, and its sentence."""
    kind, colon, sentence = (error or _("No error was recorded")).partition(": ")
    return (kind, sentence) if colon and sentence else ("", kind)


def why_given_up(row: Delivery) -> str:
    """Return why nobody tries any more."""
    if row.attempts >= MAX_ATTEMPTS:
        count = row.attempts
        return _(
            "It was tried %(count)s times with increasing pauses, then abandoned.", count=count
        )
    return _("An automatic retry would have failed the same way, so it was not retried.")
