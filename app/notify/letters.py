"""Which event sends which letter. What the letters say is in templates/messages.

A letter's context is built by the callable in ``app.extensions["letter_context"]``: it gets the
event and returns a dict, or None where no letter is due. Every letter needs

    email           the recipient's address ("" gives a message that is kept, but not sent)
    link            a new link of the recipient's own: tokens are stored hashed, so each mail has one

and may use ``contact_name, order_number, product, quantity, total, valid_until, promised_on, note,
problems`` (list of sentences), ``signed_by, carrier, tracking_number, tracking_url``: ready words for
people, not numbers to format; ``minutes`` (how long the link is good) and ``invited``; ``order_id``
where the event does not stand in the order's own chain.
"""

from __future__ import annotations

import uuid
from typing import Any

from flask import current_app
from sqlalchemy import select

from app.core.db import db
from app.core.events import Event
from app.notify.models import Message
from app.orders.models import Order

LETTERS: dict[str, str] = {
    "order.requested": "request_received",
    "order.asked": "question_asked",
    "order.declined": "request_declined",
    "quote.sent": "quote_ready",
    "quote.expired": "quote_expired",
    "order.placed": "order_placed",
    "order.cancelled": "order_cancelled",
    "artwork.file_refused": "file_problem",
    "artwork.sent_back": "file_problem",
    "artwork.on_hold": "file_problem",
    "proof.sent": "proof_ready",
    "artwork.changes_requested": "changes_noted",
    "proof.signed": "proof_signed",
    "shipment.shipped": "shipped",
    "shipment.delivered": "delivered",
    "shipment.ready_for_pickup": "pickup_ready",
    "staff.reset_requested": "staff_reset",
    "link.requested": "new_link",
}


def context_of(event: Event) -> dict[str, Any] | None:
    """Return the context for the letter of `event`; None where none is due. May issue a link."""
    build = current_app.extensions.get("letter_context")
    if build is None:
        return None
    context: dict[str, Any] | None = build(event)
    return context


def order_of(event: Event, context: dict[str, Any]) -> uuid.UUID | None:
    """Return the order that the letter is about; None for letters to staff.

    The context's ``order_id`` where it gives one: somebody may ask for a link in a chain that is
    not the order's.
    """
    named = context.get("order_id")
    if named is not None:
        return uuid.UUID(str(named))
    return db.session.scalar(select(Order.id).where(Order.id == event.stream_id))


def newest(stream_id: uuid.UUID, template: str) -> Message | None:
    """Return the newest message of this template to the customer of an order, if any."""
    query = select(Message).where(Message.stream_id == stream_id, Message.template == template)
    return db.session.scalars(query.order_by(Message.id.desc()).limit(1)).first()
