"""What the letters of an order say: ready words, and a link of the recipient's own."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import select

from app.accounts import services as accounts
from app.accounts.correspondence import may_have_link, reset_letter
from app.core.actor import system
from app.core.db import db
from app.core.events import Event
from app.core.settings import current
from app.core.web.formats import day, money
from app.orders.models import PREFIX, Order, OrderLine
from app.orders.services.quoting import newest_quote


def letter_context(event: Event) -> dict[str, Any] | None:
    """Return the context of the letter that `event` asks for; None where none is due.

    Letters about an order go to its contact, with a link of that person's own (found or issued).
    A password letter goes to the member of staff. Somebody who asks for a new link gets one only
    where the address they typed is the contact's.
    """
    if event.name == "staff.reset_requested":
        return reset_letter(event)
    order = _order_of(event)
    if order is None:
        return None
    contact = order.contact
    if event.name == "link.requested" and not may_have_link(event, contact.email):
        return None
    link = accounts.ensure_link(order.id, contact.name, actor=system())
    about = _line_of(event, order)
    first = about or order.lines[0]
    more = 0 if about else len(order.lines) - 1
    context: dict[str, Any] = {
        "order_id": order.id,
        "email": contact.email,
        "contact_name": contact.name,
        "order_number": order.ref,
        "product": first.product_name + (f" and {more} more" if more else ""),
        "quantity": f"{first.quantity:,}",
        "promised_on": day(order.promised_on) if order.promised_on else "",
        "note": order.reason or order.question or "",
        "link": f"{current().base_url}/t/{accounts.link_token(link.id)}",
    }
    quote = newest_quote(order.id)
    if quote is not None:
        context["total"] = money(quote.total_minor, quote.currency)
        context["valid_until"] = day(quote.valid_until)
        context["version"] = str(quote.version)
    if about is not None:
        context |= _signing(about)
    return context | _said_by(event)


def _order_of(event: Event) -> Order | None:
    if event.name != "link.requested":
        return db.session.get(Order, event.stream_id)
    data = event.data or {}
    if data.get("order_id"):
        return db.session.get(Order, uuid.UUID(data["order_id"]))
    number = str(data.get("order_ref") or "").strip().upper().removeprefix(PREFIX)
    if not number.isascii() or not number.isdigit() or len(number) > 15:
        return None
    return db.session.scalar(select(Order).where(Order.number == int(number)))


def _line_of(event: Event, order: Order) -> OrderLine | None:
    """The line whose file `event` is about; None where it is about the whole order."""
    slot_id = event.subject_id
    return next((one for one in order.lines if slot_id and one.artwork_slot_id == slot_id), None)


def _signing(line: OrderLine) -> dict[str, Any]:
    """What the customer signs, in the words of the line's trade."""
    terms = line.specification
    is_design = terms.artwork is not None and terms.artwork.approval == "design"
    return {
        "signs": "design" if is_design else "proof",
        "signs_title": terms.wording.approve_title,
        "signs_ask": terms.wording.approve_ask,
    }


def _said_by(event: Event) -> dict[str, Any]:
    data = event.data or {}
    words: dict[str, Any] = {}
    if data.get("typed_name"):
        words["signed_by"] = data["typed_name"]
    if data.get("tracking_number"):
        words["tracking_number"] = data["tracking_number"]
        words["carrier"] = data.get("carrier", "")
        words["tracking_url"] = data.get("tracking_url", "")
    for key in ("refusal", "sentence", "reason", "hold_reason"):
        if data.get(key):
            words["problems"] = [str(data[key])]
            break
    if event.name == "artwork.sent_back":
        words["problems"] = [str(data.get("note"))]
    elif data.get("note"):
        words["note"] = data["note"]
    return words
