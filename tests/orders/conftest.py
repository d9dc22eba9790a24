"""An order as a customer makes it, and the people who go on with it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.matrix import customer_permissions
from app.catalog.models import Product
from app.catalog.revisions import revision_of
from app.core.actor import Actor, system
from app.core.db import db
from app.core.events import Event
from app.orders import services as orders
from app.orders import verbs as order_verbs
from app.orders.models import Order, OrderLine

VISITOR = Actor("customer", None, "A visitor", "portal")
REQUESTER = orders.Requester(name="Ada Example", email="ada@example.com")
CARD = orders.RequestedLine(
    "invitation-card-a6",
    250,
    options={"paper": "cotton", "foil": "none"},
    personalisation={"names": "Ada & Grace", "date": "2027-06-19"},
)


@pytest.fixture
def catalogue(preset_products: None, session: Any) -> None:
    """The print preset's products."""


@pytest.fixture
def ask(catalogue: None) -> Callable[..., Order]:
    """Ask for one card, as a visitor of the portal."""

    def send(**changes: Any) -> Order:
        given = {"actor": VISITOR, "owner_key": "visitor:test"} | changes
        return order_verbs.request_order(
            None, given.pop("requester", REQUESTER), given.pop("wanted", [CARD]), **given
        )

    return send


@pytest.fixture
def quoted(ask: Callable[..., Order]) -> Order:
    """An order whose first quote is out."""
    order = ask()
    order_verbs.start_estimate(order.id, actor=system())
    order_verbs.send_quote(order.id, actor=system())
    return order


def reduce_tax(line: OrderLine, permille: int = 50) -> None:
    """Let the line's product be taxed at another rate, as a book is beside a card."""
    terms = line.specification
    price = terms.price.model_copy(update={"tax_permille": permille})
    product = db.session.get_one(Product, line.product_id)
    line.product_revision_id = revision_of(product, terms.model_copy(update={"price": price}))
    db.session.flush()
    db.session.expire(line)


def customer_of(order: Order) -> Actor:
    """The customer behind the link of this order."""
    return Actor(
        "customer",
        order.contact_id,
        "Ada Example",
        "link",
        customer_permissions(),
        frozenset({order.id}),
    )


def somebody_elses(order: Order) -> Actor:
    """A customer with a link to another order."""
    return replace(customer_of(order), streams=frozenset({uuid.uuid4()}))


def events(order: Order, name: str) -> list[Event]:
    """The events of this name in the order's chain."""
    query = select(Event).where(Event.stream_id == order.id, Event.name == name)
    return list(db.session.scalars(query.order_by(Event.stream_seq)))
