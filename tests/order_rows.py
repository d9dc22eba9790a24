"""A placed order, written straight into the tables, for rooms that begin where it stands."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Sequence
from typing import Any

from app.accounts.matrix import permissions_of
from app.catalog.configuration import Configuration
from app.catalog.models import Product, ProductFamily
from app.catalog.properties import Properties
from app.catalog.revisions import revision_of
from app.core.actor import Actor
from app.core.db import db
from app.core.postal_address import PostalAddress
from app.customers.models import Contact, Customer
from app.orders.models import Order, OrderLine

_count = itertools.count(1)

SHIP_TO = {
    "name": "Juno Marrowby",
    "line_1": "4 Example Lane",
    "city": "Sampleton",
    "postcode": "EX1 2MP",
    "country": "GB",
}
TO_GO_TO = PostalAddress.of(SHIP_TO)
MOVED = TO_GO_TO.model_copy(update={"line_1": "9 New Street"})
TERMS: dict[str, Any] = {
    "options": [
        {
            "key": "paper",
            "label": "Paper",
            "choices": [{"key": "cotton", "label": "Cotton 350 g", "note": "uncoated"}],
        }
    ],
    "personalisation": [
        {"key": "names", "label": "Names"},
        {"key": "date", "label": "Date", "kind": "date"},
    ],
    "wording": {"piece": "card", "pieces": "cards"},
}
CONFIGURATION = {
    "options": {"paper": "cotton"},
    "personalisation": {"names": "Ada & Grace <3", "date": "2027-05-01"},
}


def staff_actor(*roles: str) -> Actor:
    """Somebody of the shop with these roles, at the back office."""
    label = " and ".join(roles).capitalize() + " Example"
    return Actor("staff", uuid.uuid4(), label, "backoffice", frozenset(permissions_of(roles)))


def placed_order(
    quantities: Sequence[int] = (10,), *, state: str = "placed", **columns: Any
) -> Order:
    """Return an order of one line for each quantity, flushed, in `state`."""
    number = next(_count)
    mark = uuid.uuid4().hex[:12]
    customer = Customer(name=columns.pop("customer_name", "Fernbank Weddings"))
    contact = Contact(name="Juno Marrowby", email=f"juno-{mark}@example.com", customer=customer)
    family = ProductFamily(slug=f"cards-{mark}", name="Cards")
    product = Product(slug=f"card-{mark}", sku=f"CARD-{mark}", name="Invitation A6", family=family)
    db.session.add_all([customer, contact, product])
    db.session.flush()
    order = Order(
        customer=customer,
        contact=contact,
        state=state,
        currency="GBP",
        **{"ship_to": TO_GO_TO, "rush": False, **columns},
    )
    revision = revision_of(product, Properties.model_validate(TERMS))
    order.lines = [
        OrderLine(
            position=position,
            product_id=product.id,
            product_name=f"Invitation A6, design {number}.{position}",
            sku=product.sku,
            product_revision_id=revision,
            configuration=Configuration.model_validate(CONFIGURATION),
            quantity=quantity,
        )
        for position, quantity in enumerate(quantities, start=1)
    ]
    db.session.add(order)
    db.session.flush()
    return order
