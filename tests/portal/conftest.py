"""The customer's door as a browser sees it: pages, their forms, links, and who is on the other side."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from lxml import html as parser
from sqlalchemy import select

from app.accounts.services.links import issue_link
from app.artwork import verbs as artwork_verbs
from app.core.actor import Actor, system
from app.core.db import db
from app.core.events import Event
from app.orders import services as orders
from app.orders import verbs as order_verbs
from app.orders.models import Order
from tests.conftest import load_products, prepared_database
from tests.files.sample_files import a_pdf
from tests.files.uploading import OWNER, check, send
from tests.order_rows import TO_GO_TO
from tests.orders.conftest import CARD, REQUESTER, VISITOR

RING = orders.RequestedLine(
    "bespoke-ring",
    1,
    options={"size": "n", "metal": "silver_925", "finish": "polished"},
    personalisation={"engraving": "R + S"},
)
REQUEST = {
    "options.paper": "cotton",
    "options.foil": "none",
    "quantity": "250",
    "personalisation.names": "Robin & Sasha",
    "personalisation.date": "2027-06-19",
    "name": "Ada Example",
    "email": "ada@example.com",
    "delivery": "pickup",
}


class Page:
    """An answer with the forms in it."""

    def __init__(self, answer: Any) -> None:
        self.status = answer.status_code
        self.path = urlsplit(answer.request.url).path
        self.location = answer.headers.get("Location", "")
        self.kept = answer.headers.get("Cache-Control", "")
        self.text = answer.text
        self.document = parser.document_fromstring(answer.text or "<html></html>")

    @property
    def words(self) -> str:
        """What the page says, without its tags."""
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", self.text)).split())

    def said(self, css: str) -> list[str]:
        """The text of each element that `css` selects."""
        return [" ".join(one.text_content().split()) for one in self.document.cssselect(css)]

    def form(self, action: str) -> dict[str, str] | None:
        """What the form whose address ends in `action` would send; None where there is none."""
        for form in self.document.forms:
            if (form.get("action") or "").endswith(action):
                return dict(form.form_values())
        return None

    def fault(self, field: str) -> str:
        """The sentence beside the input called `field`, which must be marked as wrong."""
        (found,) = self.document.cssselect(f'[name="{field}"][aria-invalid="true"]')[:1] or [None]
        assert found is not None, f"nothing is said beside {field}: {self.said('.error, .notice')}"
        return " ".join(self.said(f"#{found.get('aria-describedby').split()[0]}"))


class Portal:
    """A browser at the customer's door."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def get(self, path: str, **given: Any) -> Page:
        return Page(self.client.get(path, **given))

    def post(self, path: str, values: Mapping[str, str] | None = None, **given: Any) -> Page:
        """Send a form as it is, redirects not followed."""
        return Page(self.client.post(path, data=dict(values or {}), **given))

    def send(self, on: Page, action: str, values: Mapping[str, str] | None = None) -> Page:
        """Fill in and send the page's form, and follow where it leads."""
        filled = on.form(action)
        assert filled is not None, f"{on.path} has no form for {action}: {on.words[:300]}"
        form = next(f for f in on.document.forms if (f.get("action") or "").endswith(action))
        answer = self.client.post(
            form.get("action"), data=filled | dict(values or {}), follow_redirects=True
        )
        return Page(answer)

    def token(self) -> str:
        """The CSRF token of this browser's session, from any page's form."""
        found = self.get("/p/invitation-card-a6").form("/request")
        assert found is not None
        return found["csrf_token"]

    def json(self, method: str, path: str, body: Any = None, *, token: str = "") -> Any:
        """Ask as the upload's script does."""
        headers = {"X-CSRFToken": token or self.token(), "Accept": "application/json"}
        return self.client.open(path, method=method, json=body, headers=headers)

    def open(self, order: Order) -> Page:
        """Open the order by a link of its own."""
        key = issue_link(order.id, "Ada Example", actor=system("cli"))
        ref = order.ref
        assert self.get(f"/t/{key}").location.endswith(f"/orders/{ref}")
        return self.get(f"/orders/{ref}")


@pytest.fixture
def shop(preset_products: None, session: Any) -> None:
    """The print and the jewellery preset's products."""


@pytest.fixture
def portal(app: Flask, shop: None) -> Portal:
    """A customer's browser."""
    return Portal(app.test_client())


@pytest.fixture
def stranger(app: Flask, shop: None) -> Portal:
    """Somebody else's browser."""
    return Portal(app.test_client())


def requested(*wanted: orders.RequestedLine, **given: Any) -> Order:
    """An order as the portal makes it, to an address unless `given` says whether it is collected."""
    if "is_pickup" not in given:
        given.setdefault("ship_to", TO_GO_TO)
    return order_verbs.request_order(
        None,
        given.pop("requester", REQUESTER),
        wanted or [CARD],
        actor=VISITOR,
        owner_key=OWNER,
        **given,
    )


def quoted(*wanted: orders.RequestedLine, **given: Any) -> Order:
    """An order whose quote is out."""
    order = requested(*wanted)
    order_verbs.start_estimate(order.id, actor=system())
    order_verbs.send_quote(order.id, actor=system(), **given)
    return order


def to_sign() -> Order:
    """A ring whose design waits for the customer's signature."""
    upload = send(a_pdf(tint=0.4), "ring.pdf")
    check(upload)
    from dataclasses import replace

    order = requested(replace(RING, upload_id=upload.id))
    artwork_verbs.approve_internally(order.lines[0].artwork_slot_id, 1, actor=system(), send=True)
    return order


@pytest.fixture(scope="session")
def order_to_sign_engine(
    application: Flask, servers: dict[str, str], slot: int
) -> Iterator[sa.Engine]:
    """A database with products and one ring whose design waits for the signature."""

    def fill() -> None:
        load_products()
        to_sign()

    with prepared_database(application, servers, f"order_to_sign_{slot}", fill) as engine:
        yield engine


@pytest.fixture
def order_to_sign(session: Any) -> Order:
    """A ring whose design waits for the customer's signature."""
    return db.session.scalars(select(Order)).one()


def events(name: str) -> list[Event]:
    """All events of this name, oldest first."""
    return list(db.session.scalars(select(Event).where(Event.name == name).order_by(Event.at)))


def who(event: Event) -> tuple[str, str]:
    """The kind of the event's actor, and the door they came through."""
    return event.actor_kind, event.door


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect the statements that are sent meanwhile."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen.append(statement)

    sa.event.listen(sa.engine.Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(sa.engine.Engine, "before_cursor_execute", note)


__all__ = ["Actor", "Page", "Portal"]
