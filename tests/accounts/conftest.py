"""People of the shop, an order, and a browser that signs in as a person does."""

from __future__ import annotations

import importlib
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, g
from sqlalchemy import select

from app.accounts.models import Staff
from app.accounts.verbs import create_staff
from app.core.actor import Actor, require, system
from app.core.db import db
from app.core.events import Event

PASSWORD = "paper and black ink"


@pytest.fixture(scope="session")
def application(shop_environment: dict[str, str]) -> Flask:
    """An application with the pages of this room alone, and a bare page for an order."""
    from app import _flask_config, declarations
    from app.accounts import admin, doors
    from app.core import settings, web
    from app.core.backoffice.assembly import make_admin
    from tests.conftest import Visitor

    chosen = settings.load(shop_environment)
    settings.use(chosen)
    importlib.import_module("app.models")
    declarations.load(declarations.EVENTS)
    flask_app = Flask("app", template_folder=str(settings.ROOT / "templates"))
    flask_app.config.update(_flask_config(chosen))
    flask_app.extensions["reactions"] = {}
    db.init_app(flask_app)
    web.init_app(flask_app)
    doors.init_app(flask_app)
    back_office = make_admin(flask_app)
    back_office.add_views_of(admin)

    @flask_app.get("/orders/<uuid:order_id>")
    def order_page(order_id: uuid.UUID) -> str:
        require(g.actor, "order.view", stream_id=order_id)
        return f"{doors.links.actor_on(order_id).label} at {g.actor.door}"

    @flask_app.get("/who")
    def who() -> str:
        return f"{g.actor.kind} {g.actor.door} {g.actor.label}"

    flask_app.add_url_rule("/api/who", view_func=who, endpoint="api_who")
    flask_app.extensions["order_address"] = lambda order_id: f"/orders/{order_id}"
    flask_app.test_client_class = Visitor
    db.session.session_factory.configure(join_transaction_mode="create_savepoint")
    return flask_app


@pytest.fixture
def engineer() -> Actor:
    return system("cli")


@pytest.fixture
def take_on(session: Any, engineer: Actor) -> Callable[..., Staff]:
    """Take on somebody with PASSWORD: `take_on("ines", "sales")`."""

    def make(name: str, *roles: str) -> Staff:
        return create_staff(
            None, f"{name}@example.com", name.title(), roles, actor=engineer, password=PASSWORD
        )

    return make


@pytest.fixture
def owner(take_on: Callable[..., Staff]) -> Staff:
    return take_on("olive", "owner")


@pytest.fixture
def order_id(session: Any) -> Any:
    return make_order()


def make_order(email: str = "anna@example.com") -> Any:
    from app.customers.models import Contact, Customer
    from app.orders.models import Order

    customer = Customer(name="Example Customer", terms="prepaid")
    contact = Contact(name="Anna Example", email=email, customer=customer)
    order = Order(customer=customer, contact=contact, currency="EUR")
    db.session.add(order)
    db.session.flush()
    return order.id


def events(name: str) -> list[Event]:
    return list(db.session.scalars(select(Event).where(Event.name == name).order_by(Event.at)))


def csrf_token(html: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', html)
    assert found, "the page has no form"
    return found.group(1)


class Browser:
    """A client that loads a page's form before it posts, as people do."""

    def __init__(self, client: Any, ip: str = "198.51.100.7") -> None:
        self.client = client
        self.environ = {"REMOTE_ADDR": ip}

    def get(self, path: str, **kwargs: Any) -> Any:
        return self.client.get(path, environ_base=self.environ, **kwargs)

    def post(self, path: str, data: dict[str, Any] | None = None, *, on: str | None = None) -> Any:
        """Load the page `on` (default: `path`), then post to `path` with the page's token."""
        page = self.get(on or path)
        form = {"csrf_token": csrf_token(page.text), **(data or {})}
        return self.client.post(path, data=form, environ_base=self.environ)

    def sign_in(self, email: str, password: str = PASSWORD, **more: str) -> Any:
        return self.post("/admin/sign-in", {"email": email, "password": password, **more})


@pytest.fixture
def browser(app: Any, session: Any) -> Browser:
    return Browser(app.test_client())


@pytest.fixture
def other_browser(app: Any, session: Any) -> Browser:
    return Browser(app.test_client(), ip="203.0.113.9")
