"""Requesting an order: by a customer, or by staff for them on the phone or at the counter."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.artwork import verbs as artwork_verbs
from app.artwork.services.slots import open_slot
from app.catalog.configuration import validate_configuration
from app.catalog.revisions import revision_of
from app.catalog.services import effective_properties, find_product
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import BadInput
from app.core.events import record
from app.core.events.log import recorded_together
from app.core.ids import new_id
from app.core.postal_address import PostalAddress
from app.core.shop.region import region
from app.core.translations import _
from app.customers import services as customers
from app.orders.details import OrderDetails
from app.orders.events import RequestedItem
from app.orders.models import Order, OrderLine
from app.orders.services.promotion import add_requested_promotion


@dataclass(frozen=True)
class RequestedLine:
    """One line as it is requested; `quantities` says how many of each variant. `upload_id` is a file that was
    sent before or is being sent."""

    product_slug: str
    quantity: Any
    options: dict[str, str] = field(default_factory=dict)
    personalisation: dict[str, str] = field(default_factory=dict)
    quantities: dict[str, int] = field(default_factory=dict)
    upload_id: uuid.UUID | None = None


@dataclass(frozen=True)
class Requester:
    """Who requests: what the form says about the person."""

    name: str
    email: str
    phone: str = ""
    company: str = ""
    vat_number: str = ""


def request_order(
    none_yet: None,
    actor: Actor,
    requester: Requester,
    lines: Sequence[RequestedLine],
    owner_key: str,
    idempotency_key: uuid.UUID | None = None,
    key_scope: str | None = None,
    details: OrderDetails | None = None,
    ship_to: PostalAddress | None = None,
    is_pickup: bool = False,
    rush_level: str = "",
    promotion_code: str = "",
) -> Order:
    """Make the order of a request and return it, with its artwork slots and the files sent so far.

    `rush_level` is the key of a rush level that one of the products offers, empty for none. `owner_key` says
    whose uploads may be taken over. `idempotency_key` is made with the form, within `key_scope` (by default
    `owner_key`): a second click returns the order of the first. Runs as a verb: what can be checked of each
    field was checked. Raises BadInput with the field that is wrong.
    """
    order_id = new_id()
    if idempotency_key:
        order_id = order_id_for(idempotency_key, key_scope or owner_key)
    if idempotency_key and (first := db.session.get(Order, order_id)):
        return first
    if not lines:
        raise BadInput(_("Choose a product first."), field="product")
    # written together: a new contact costs hardly more than a known one, so the time doesn't tell which it is
    with recorded_together():
        contact = customers.find_or_create_contact(
            **vars(requester), actor=_with_right(actor, "order.create")
        )
        order = Order(
            id=order_id,
            customer_id=contact.customer_id,
            contact_id=contact.id,
            currency=region().currency,
            **dict(details or {}),
            ship_to=PostalAddress() if is_pickup else ship_to or PostalAddress(),
            is_pickup=is_pickup,
            rush=bool(rush_level),
            rush_level=rush_level,
        )
        if requester.vat_number:
            # told to sales in any case: whether the customer was known before is nobody's business
            words = _("VAT number: %(number)s", number=requester.vat_number)
            order.note = f"{order.note or ''}\n{words}".strip()
        db.session.add(order)
        db.session.flush()
        for position, line in enumerate(lines, start=1):
            _add_line(order, position, line)
        order.currency = _currency(order)
        _check_rush(order)
        items = [
            RequestedItem(
                position=line.position,
                product=line.product_name,
                quantity=line.quantity,
                configuration=line.configuration,
            )
            for line in order.lines
        ]
        record(
            "order.requested",
            order,
            actor,
            after={"state": order.state, "number": order.number},
            data={"lines": items, "contact": contact.name},
        )
        if promotion_code:
            add_requested_promotion(order, actor, promotion_code)
    owner = _with_right(
        actor,
        "artwork.upload",
        id=contact.id,
        label=contact.name,
        streams=actor.streams | {order.id},
    )
    _take_files(order, lines, owner_key, owner)
    return order


def _with_right(actor: Actor, permission: str, **more: Any) -> Actor:
    """Return a customer with a right that whoever requests an order has; staff as they are."""
    if actor.kind != "customer":
        return actor
    return replace(actor, permissions=actor.permissions | {permission}, **more)


def order_id_for(idempotency_key: uuid.UUID, key_scope: str) -> uuid.UUID:
    """Return the id of the order that this form of this browser makes.

    `key_scope` is a secret of the browser, where it has one: then nobody can name another's order by its form's key.
    """
    return uuid.uuid5(idempotency_key, key_scope)


def _add_line(order: Order, position: int, requested: RequestedLine) -> None:
    product = find_product(requested.product_slug, only_active=True)
    terms = effective_properties(product).properties
    clean, quantity = validate_configuration(
        terms,
        requested.options,
        requested.personalisation,
        requested.quantity,
        requested.quantities,
    )
    order.lines.append(
        OrderLine(
            position=position,
            product_id=product.id,
            product_name=product.name,
            sku=product.sku,
            product_revision_id=revision_of(product, terms),
            configuration=clean,
            quantity=quantity,
        )
    )
    db.session.flush()


def _currency(order: Order) -> str:
    """Return the currency that all lines are priced in; raise BadInput where they differ."""
    found = {line.specification.price.currency for line in order.lines}
    if len(found) > 1:
        raise BadInput(_("These products are priced in different currencies; ask for them apart."))
    return found.pop()


def _check_rush(order: Order) -> None:
    """Raise BadInput where no line of the order offers its rush level."""
    offered = {level.key for line in order.lines for level in line.specification.price.levels}
    if order.rush and order.rush_level not in offered:
        raise BadInput(
            _("This rush level is not offered."), next_step=_("Choose another."), field="rush"
        )


def _take_files(order: Order, lines: Sequence[RequestedLine], owner_key: str, actor: Actor) -> None:
    for line, requested in zip(order.lines, lines, strict=True):
        requirement = line.specification.artwork
        if requirement is None:
            continue
        slot = open_slot(order.id, label=requirement.label, requirement=requirement, actor=actor)
        line.artwork_slot_id = slot.id
        db.session.flush()
        if requested.upload_id is not None:
            artwork_verbs.add_file(slot.id, requested.upload_id, owner_key, actor=actor)
