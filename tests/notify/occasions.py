"""Each event that queues a message, as it happens in the shop: with its rows and what it carries."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any, get_args

from app.accounts.services.attempts import begin_attempt
from app.accounts.services.links import request_link
from app.accounts.verbs import create_staff, send_password_link
from app.artwork.models import ArtworkSlot
from app.core.actor import Actor, system
from app.core.clock import now, today
from app.core.db import db
from app.core.events import KINDS, Event, record
from app.core.ids import new_id
from app.fulfilment import services as fulfilment
from app.fulfilment.models import Shipment
from app.orders.models import Order, Quote
from tests.order_rows import placed_order

VISITOR = Actor("customer", None, "A visitor", "portal")
VALUES = {
    "order.asked": {"question": "Which paper?"},
    "order.declined": {"reason": "We don't print on glass."},
    "order.cancelled": {"reason": "Ordered twice."},
    "shipment.shipped": {"carrier": "Example Post", "tracking_number": "TRK123"},
    "shipment.delivered": {"tracking_number": "TRK123"},
    "artwork.file_refused": {"problem": "This is no PDF."},
    "artwork.sent_back": {"note": "The names are cut off."},
    "artwork.on_hold": {"reason": "The image has 96 dpi."},
    "artwork.changes_requested": {"note": "Make it bigger."},
    "proof.signed": {"typed_name": "Ada Example"},
}
"""What the event carries beside its subject, for those that carry text."""


def an_order_with_everything() -> Order:
    """An order of two items with a quote and an artwork slot at its first item."""
    order = placed_order([250, 3], promised_on=today("UTC") + timedelta(days=9))
    db.session.add(
        Quote(
            order_id=order.id, version=1, lines=[], currency="GBP", net_minor=1000, tax_minor=200,
            total_minor=1200, tax_label="VAT", valid_until=today("UTC") + timedelta(days=7),
            sent_by="Juno", note="The second item is a sample.",
        )
    )  # fmt: skip
    slot = ArtworkSlot(
        stream_id=order.id, label="Front", requirement={}, state="proof_sent", entered_at=now()
    )
    db.session.add(slot)
    db.session.flush()
    order.lines[0].artwork_slot_id = slot.id
    db.session.flush()
    return order


def happens(name: str, order: Order | None = None, **data: Any) -> Event:
    """Let the event `name` happen to an order (a new one with everything unless it is given)."""
    if name == "staff.reset_requested":
        return _reset(invited=data.get("invited", False))
    if name.startswith("staff."):
        return _to_an_account(name)
    order = order or an_order_with_everything()
    if name == "link.requested":
        return _link_requested(order)
    subject: Any = order
    if name.startswith("shipment."):
        subject = data.pop("shipment", None) or _packed(order)
    if name.startswith(("artwork.", "proof.")):
        subject = db.session.get_one(ArtworkSlot, order.lines[0].artwork_slot_id)
    return record(name, subject, system(), stream_id=order.id, data=payload(name) | data)


def _packed(order: Order) -> Shipment:
    good = {line.id: line.quantity for line in order.lines}
    return fulfilment.create_shipment(order.id, good_by_line=good, actor=system())


def payload(name: str) -> dict[str, Any]:
    """What an event of this kind carries: its text, and anything for what else it has to have."""
    kind = KINDS.get(name)
    fields = kind.Payload.model_fields if kind else {}
    anything: dict[Any, Any] = {uuid.UUID: new_id(), int: 1, str: "Anything"}
    required = {
        key: None if type(None) in get_args(one.annotation) else anything.get(one.annotation, [])
        for key, one in fields.items()
        if one.is_required()
    }
    return required | VALUES.get(name, {})


def _link_requested(order: Order) -> Event:
    attempt_id = begin_attempt("link", order.ref, ip="198.51.100.7")
    email = order.contact.email.upper()
    return request_link(attempt_id, email, actor=VISITOR, order_ref=order.ref)


def _reset(*, invited: bool) -> Event:
    from sqlalchemy import select

    actor = system("cli")
    password = None if invited else "a long enough password"
    person = create_staff(
        None, "ines@example.com", "Ines", ["sales"], actor=actor, password=password
    )
    if not invited:
        send_password_link(person.id, actor=actor)
    query = select(Event).where(Event.name == "staff.reset_requested")
    return db.session.scalars(query).one()


def _to_an_account(name: str) -> Event:
    actor = system("cli")
    password = "a long enough password"
    person = create_staff(
        None, "ines@example.com", "Ines", ["sales"], actor=actor, password=password
    )
    return record(name, person, actor, data=payload(name))


def all_occasions() -> list[tuple[str, str]]:
    """Every (message, event) that is declared."""
    from app.notify.messages import message_types

    return [(name, event) for name, one in message_types().items() for event in one.events]
