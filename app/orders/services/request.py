"""Somebody asks for something: a customer, or staff for them by telephone or at the counter."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import select

from app.artwork import services as artwork
from app.artwork import verbs as artwork_verbs
from app.catalog.configuration import validate_configuration
from app.catalog.models import Product
from app.catalog.revisions import revision_of
from app.catalog.services import effective_properties
from app.core.actor import Actor, require
from app.core.clock import today
from app.core.db import db
from app.core.errors import BadInput, NotFound
from app.core.events import record
from app.core.settings import current
from app.core.web.formats import quantity
from app.customers import services as customers
from app.customers.address import PostalAddress
from app.customers.models import Contact
from app.orders.models import Order, OrderLine

NOTE_MAX = 4000


@dataclass(frozen=True)
class RequestedLine:
    """One line as a customer asks for it. `upload_id` is a file they sent before or are sending."""

    product_slug: str
    quantity: Any
    options: dict[str, str] = field(default_factory=dict)
    personalisation: dict[str, str] = field(default_factory=dict)
    upload_id: uuid.UUID | None = None


@dataclass(frozen=True)
class Requester:
    """Who asks: what the request form says about the person."""

    name: str
    email: str
    phone: str = ""
    company: str = ""


def request_order(
    requester: Requester,
    wanted: Sequence[RequestedLine],
    *,
    actor: Actor,
    owner_key: str,
    request_key: uuid.UUID | None = None,
    wanted_on: date | None = None,
    note: str = "",
    ship_to: PostalAddress | None = None,
) -> Order:
    """Make the order of a request and return it, with its artwork slots and the files sent so far.

    `owner_key` says whose uploads may be taken over. `request_key` is made with the form: a second
    click returns the order of the first. Customers need no permission; anybody else takes the order
    for one and needs order.create. Raises NotAllowed, BadInput with the field that is wrong.
    """
    if actor.kind != "customer":
        require(actor, "order.create")
    order_id = order_id_for(request_key, owner_key) if request_key else None
    if order_id is not None:
        known = db.session.get(Order, order_id)
        if known is not None:
            return known
    if not wanted:
        raise BadInput("Pick a product first.", field="product")
    note, wanted_on = check_note(note), check_wanted_on(wanted_on)
    contact = customers.find_or_create_contact(
        name=requester.name,
        email=requester.email,
        phone=requester.phone,
        company=requester.company,
        actor=_as_requester(actor),
    )
    order = Order(
        customer_id=contact.customer_id,
        contact_id=contact.id,
        currency=current().currency,
        wanted_on=wanted_on,
        note=note,
        ship_to=ship_to or PostalAddress(),
    )
    if order_id is not None:
        order.id = order_id
    db.session.add(order)
    db.session.flush()
    for position, line in enumerate(wanted, start=1):
        _add_line(order, position, line)
    order.currency = _currency(order)
    record(
        "order.requested",
        order,
        actor,
        stream_id=order.id,
        after={"state": order.state, "number": order.number},
        data={"lines": [_line_facts(line) for line in order.lines], "contact": contact.name},
    )
    _take_files(order, wanted, owner_key, _owner_of(order, contact, actor))
    return order


def check_note(note: str) -> str:
    """Return the note, trimmed; raise BadInput for one that is too long."""
    if len(note) > NOTE_MAX:
        raise BadInput(f"The note is longer than {quantity(NOTE_MAX)} characters.", field="note")
    return note.strip()


def check_wanted_on(wanted_on: date | None) -> date | None:
    """Return the day; raise BadInput for one that is past."""
    if wanted_on is not None and wanted_on < today(current().timezone):
        raise BadInput("The day you need it by has passed already.", field="wanted_on")
    return wanted_on


def _as_requester(actor: Actor) -> Actor:
    """Return the actor with the one right that everybody has who fills in the request's form."""
    if actor.kind != "customer":
        return actor
    return replace(actor, permissions=actor.permissions | {"order.create"})


def _owner_of(order: Order, contact: Contact, actor: Actor) -> Actor:
    """Return the requester as the customer of the new order, who may send its files."""
    if actor.kind != "customer":
        return actor
    return replace(
        actor,
        id=contact.id,
        label=contact.name,
        permissions=actor.permissions | {"artwork.upload"},
        streams=actor.streams | {order.id},
    )


def order_id_for(request_key: uuid.UUID, owner_key: str) -> uuid.UUID:
    """Return the id of the order that this form of this browser makes.

    `owner_key` is a secret of the browser: nobody can name another's order by its form's key.
    """
    return uuid.uuid5(request_key, owner_key)


def _add_line(order: Order, position: int, wanted: RequestedLine) -> None:
    product = db.session.scalar(
        select(Product).where(Product.slug == wanted.product_slug, Product.active)
    )
    if product is None:
        raise NotFound("We don't make this product any more.", next_step="Pick one we offer now.")
    terms = effective_properties(product).properties
    clean, quantity = validate_configuration(
        terms, wanted.options, wanted.personalisation, wanted.quantity
    )
    line = OrderLine(
        position=position,
        product_id=product.id,
        product_name=product.name,
        sku=product.sku,
        product_revision_id=revision_of(product, terms),
        configuration=clean,
        quantity=quantity,
    )
    order.lines.append(line)
    db.session.flush()


def _currency(order: Order) -> str:
    """Return the currency that all lines are priced in; raise BadInput where they differ."""
    found = {line.specification.price.currency for line in order.lines}
    if len(found) > 1:
        raise BadInput("These products are priced in different currencies; ask for them apart.")
    return found.pop()


def _take_files(
    order: Order, wanted: Sequence[RequestedLine], owner_key: str, actor: Actor
) -> None:
    for line, asked in zip(order.lines, wanted, strict=True):
        requirement = line.specification.artwork
        if requirement is None:
            continue
        slot = artwork.open_slot(
            order.id,
            label=requirement.label,
            requirement=requirement,
            actor=actor,
        )
        line.artwork_slot_id = slot.id
        db.session.flush()
        if asked.upload_id is not None:
            artwork_verbs.add_file(slot.id, asked.upload_id, owner_key, actor=actor)


def _line_facts(line: OrderLine) -> dict[str, Any]:
    return {
        "position": line.position,
        "product": line.product_name,
        "quantity": line.quantity,
        "configuration": line.configuration,
    }
