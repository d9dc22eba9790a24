"""Audiences: who gets a message about an event. Each message names one of these.

What only a worker needs is imported when a message is queued: every command reads the declarations.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.core.db import db
from app.core.events import Event
from app.customers.models import Contact
from app.orders.models import Order, order_number


@dataclass(frozen=True)
class Recipient:
    """A person who gets a message: a contact or a member of staff, by `id`.

    A channel takes the address it needs; "" where there is none. `order` is the order that the
    message is about, None for messages to staff.
    """

    id: uuid.UUID
    name: str
    email: str = ""
    phone: str = ""
    order: Order | None = None


Audience = Callable[[Event], Sequence[Recipient]]


def order_contact(event: Event) -> list[Recipient]:
    """Return the contact of the order in whose chain the event is."""
    order = db.session.get(Order, event.stream_id)
    return [_contact(order.contact, order)] if order else []


def link_requester(event: Event) -> list[Recipient]:
    """Return the order's contact if theirs is the address that was entered; nobody otherwise."""
    from app.accounts.services.links import is_requester

    data = event.data or {}
    if data.get("order_id"):
        order = db.session.get(Order, uuid.UUID(data["order_id"]))
    else:
        number = order_number(data.get("order_ref") or "")
        order = db.session.scalar(select(Order).where(Order.number == number))
    if order is None or not is_requester(event, order.contact.email):
        return []
    return [_contact(order.contact, order)]


def password_chooser(event: Event) -> list[Recipient]:
    """Return the member of staff who may choose a password; nobody once the link has expired."""
    from app.accounts.services.resets import open_reset

    reset = open_reset(uuid.UUID((event.data or {})["reset_id"]))
    return [Recipient(reset.staff.id, reset.staff.name, reset.staff.email)] if reset else []


def _contact(contact: Contact, order: Order) -> Recipient:
    return Recipient(contact.id, contact.name, contact.email, contact.phone, order)
