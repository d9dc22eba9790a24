"""Who gets a message about an event, and the variables that several messages share.

What only a worker needs is imported when a message is queued: every command reads the declarations.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import ngettext
from sqlalchemy import or_, select

from app.artwork.models import ArtworkSlot
from app.catalog.breakdown import breakdown_words
from app.core.actor import system
from app.core.db import db
from app.core.events import Event
from app.core.translations import _
from app.core.web.formats import day, exact, money, quantity
from app.customers.models import Contact
from app.fulfilment.models import Shipment
from app.notify.links import ACCOUNT, ORDER, Link
from app.orders.models import Order, OrderLine, Quote, order_number

#: Kinds of actors who request an order for an address that anybody can type.
OUTSIDE = ("customer", "api")


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


def account_holder(event: Event) -> list[Recipient]:
    """Return the member of staff in whose chain the event is, unless they are disabled."""
    from app.accounts.models import Staff

    person = db.session.get(Staff, event.stream_id)
    if person is None or person.is_disabled:
        return []
    return [Recipient(person.id, person.name, person.email)]


def account_context(event: Event, to: Recipient) -> dict[str, Any]:
    """Return the variables of a notice about somebody's own account: contact_name, happened_at, who did
    it where it wasn't they (done_by), and the link to the account's page."""
    return {
        "contact_name": to.name,
        "happened_at": exact(event.at),
        "done_by": event.actor_label if event.actor_id != to.id else "",
        "link": Link(ACCOUNT),
    }


def is_unconfirmed(order: Order) -> bool:
    """Return whether the order was requested by somebody who has not shown that the address is theirs, and
    nobody of the shop has done anything with it: what was typed may be anything, meant for anybody."""
    from app.accounts.models import OrderLink

    of_order = select(Event.id).where(Event.stream_id == order.id)
    requested = Event.name == "order.requested"
    if db.session.scalar(of_order.where(requested, Event.actor_kind.in_(OUTSIDE))) is None:
        return False
    holders = select(OrderLink.id).where(OrderLink.order_id == order.id)
    seen = or_(Event.actor_kind.in_(("staff", "api")), Event.actor_id.in_(holders))
    return db.session.scalar(of_order.where(~requested, seen).limit(1)) is None


def _contact(contact: Contact, order: Order) -> Recipient:
    return Recipient(contact.id, contact.name, contact.email, contact.phone, order)


def order_context(event: Event, to: Recipient) -> dict[str, Any]:
    """Return the variables of each message about an order; finds or issues the recipient's link.

    Keys: contact_name, order_number, items, promised_on, is_delivery_known, link. Dates are words or "".
    """
    from app.accounts.services.links import ensure_link

    order = _order_of(to)
    link = ensure_link(order.id, to.name, actor=system())
    return {
        "contact_name": to.name,
        "order_number": order.ref,
        "items": _items([(line, line.quantity, line.breakdown) for line in order.lines]),
        "promised_on": day(order.promised_on) if order.promised_on else "",
        "is_delivery_known": order.delivery is not None,
        "link": Link(ORDER, link.id),
    }


def artwork_context(event: Event, to: Recipient) -> dict[str, Any]:
    """Return `order_context` with the one item whose artwork `event` is about.

    Adds what the customer approves, in the words of the item's trade: approves ("proof" or
    "design"), approve_title, approve_ask.
    """
    order = _order_of(to)
    lines = [line for line in order.lines if line.artwork_slot_id == event.subject_id]
    line = lines[0] if lines else order.lines[0]
    properties = line.specification
    is_design = properties.artwork is not None and properties.artwork.approval == "design"
    return order_context(event, to) | {
        "items": _items([(line, line.quantity, line.breakdown)]),
        "approves": _("design") if is_design else _("proof"),
        "approve_title": properties.wording.approve_title,
        "approve_ask": properties.wording.approve_ask,
    }


def parcel_context(event: Event, to: Recipient) -> dict[str, Any]:
    """Return `order_context` with the items that are in the shipment `event` is about.

    Adds carrier and tracking_number, "" where the event has none.
    """
    shipment = db.session.get_one(Shipment, event.subject_id)
    pieces = {line.line_id: line.quantity for line in shipment.lines}
    packed = [
        (
            line,
            pieces[line.id],
            breakdown_words(line.specification, shipment.breakdowns.get(str(line.id), {})),
        )
        for line in _order_of(to).lines
        if line.id in pieces
    ]
    data = event.data or {}
    tracking = {name: data.get(name) or "" for name in ("carrier", "tracking_number")}
    return order_context(event, to) | tracking | {"items": _items(packed)}


def quote_context(event: Event, to: Recipient) -> dict[str, Any]:
    """Return `order_context` with the newest quote: total, valid_until, note, "" without one; taxes
    as (label, amount), and tax_notes, the sentences that must be printed."""
    from app.orders.services.quoting import newest_quote

    quote = newest_quote(_order_of(to).id)
    return order_context(event, to) | {
        "total": money(quote.total_minor, quote.currency) if quote else "",
        "valid_until": day(quote.valid_until) if quote else "",
        "note": quote.note if quote else "",
        "taxes": [(row.label, money(row.tax_minor, quote.currency)) for row in quote.tax_rows]
        if quote
        else [],
        "tax_notes": [row.note for row in quote.tax_rows if row.note] if quote else [],
    }


def _order_of(to: Recipient) -> Order:
    assert to.order is not None, "this message is about an order"
    return to.order


def _items(pieces: list[tuple[OrderLine, int, str]]) -> str:
    """Return the first item with its quantity and variants, and how many others there are."""
    line, count, variants = pieces[0]
    item = f"{quantity(count)} × {line.product_name}"
    if variants:
        item += f" ({variants})"
    others = len(pieces) - 1
    if not others:
        return item
    return str(
        ngettext(
            "%(item)s and %(num)s other item", "%(item)s and %(num)s other items", others, item=item
        )
    )


def quote_is_current(event: Event) -> bool:
    """Return whether the quote that was sent is not replaced by now."""
    quote_id = (event.data or {}).get("quote_id")
    quote = db.session.get(Quote, uuid.UUID(quote_id)) if quote_id else None
    return quote is None or quote.answer is None or quote.answer.answer != "superseded"


def version_is_current(event: Event) -> bool:
    """Return whether no newer file than the one of the proof is there, or being checked."""
    from app.artwork.services.approvals import newest_version
    from app.artwork.states import CHECKING

    slot = db.session.get_one(ArtworkSlot, event.subject_id)
    newest = newest_version(slot.id)
    shown = (event.data or {}).get("version_id")
    return slot.state not in CHECKING and (newest is None or str(newest.id) == shown)
