"""The form with which staff take an order, as a browser fills it in and sends it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from app.core.db import db
from app.core.postal_address import PostalAddress
from app.customers.models import Contact
from app.orders import services as orders
from app.orders import verbs as order_verbs
from app.orders.models import Order
from tests.backoffice.conftest import Page, Person
from tests.orders.conftest import CARD, VISITOR

PAGE = "/admin/new-order/"
CARD_PAGE = f"{PAGE}invitation-card-a6"
ORDER = {
    "name": "Ada Example",
    "email": "ada@example.com",
    "options.paper": "cotton",
    "options.foil": "none",
    "quantity": "250",
    "personalisation.names": "Robin & Sasha",
    "personalisation.date": "2027-06-19",
    "delivery": "later",
}
ADDRESS = {
    "delivery": "carrier",
    "ship.line_1": "4 Example Lane",
    "ship.city": "Sampleton",
    "ship.country": "GB",
}


@pytest.fixture
def seller(somebody: Callable[..., Person], catalogue: None) -> Person:
    """Somebody who takes orders, in a shop with products."""
    return somebody("sales")


def take(person: Person, page: Page | str = CARD_PAGE, **changes: str) -> Page:
    """Send the form as a browser would, `options__paper` standing for ``options.paper``."""
    values = {name.replace("__", "."): value for name, value in changes.items()}
    return person.press(page, "invitation-card-a6", **ORDER | values)


def ask(person: Person, path: str, field: str = "", **values: str) -> Page:
    """Ask for a fragment as htmx does."""
    headers = {"HX-Request": "true", "X-CSRFToken": person.token(CARD_PAGE)}
    if field:
        headers["HX-Trigger-Name"] = field
    sent = {name.replace("__", "."): value for name, value in values.items()}
    return Page(
        person.client.post(f"{PAGE}{path}", data=sent, headers=headers, environ_base=person.environ)
    )


def only_order() -> Order:
    return db.session.scalars(select(Order)).one()


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def known(name: str = "Ada Example", email: str = "ada@example.com", **more: Any) -> Contact:
    """Somebody with an order that went to Example Lane."""
    requester = orders.Requester(name, email, more.pop("phone", ""), more.pop("company", ""))
    address = {"name": name, "line_1": "4 Example Lane", "city": "Sampleton", "country": "GB"}
    order = order_verbs.request_order(
        None,
        requester,
        [CARD],
        actor=VISITOR,
        owner_key=f"visitor:{email}",
        ship_to=PostalAddress.of(address),
    )
    return order.contact


def faults(page: Page) -> dict[str, str]:
    """Field → the sentence that stands beside it."""
    found = {}
    for one in page.all('main [aria-invalid="true"]'):
        (said,) = page.all(f"#{one.get('aria-describedby').split()[0]}")
        found[one.get("name")] = " ".join(said.text_content().split())
    return found


def typed(page: Page) -> dict[str, str]:
    return page.form("invitation-card-a6")
