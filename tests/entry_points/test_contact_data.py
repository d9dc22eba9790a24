"""A customer's e-mail address, telephone number and postal address are shown to whoever may view customers,
on every page, in every event, search and export; to nobody else."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from flask import Flask, g
from sqlalchemy import select

from app.accounts.matrix import ROLES, may
from app.accounts.models import OrderLink
from app.accounts.services.links import issue_link
from app.accounts.verbs import issue_api_token
from app.core.actor import system
from app.core.db import db
from app.core.events import Event, record
from app.core.postal_address import PostalAddress
from app.customers.verbs import change_contact
from app.fulfilment.models import Shipment
from app.orders.models import Order
from app.production.models import Job
from tests.backoffice.conftest import Person
from tests.entry_points.test_who_may import filled, things, ways

__all__ = ["things"]
EMAIL, PHONE, STREET = "plantedmail@hidden.example", "+44 20 7946 0321", "77 Planted Lane"
PLANTED = ("plantedmail", "hidden.example", "7946 0321", "79460321", "Planted Lane")
SEES = "customer.view"
BLIND = [role for role in ROLES if not may(role, SEES)]
#: Free text, and what a customer sees of their own.
SKIPPED = {"sign_in.sign_in", "sign_in.sign_out"}


@pytest.fixture
def planted(things: dict[str, dict[str, Any]], session: Any) -> dict[str, dict[str, Any]]:
    """The things of the shop, their order's contact with an address, and events that name it."""
    order = db.session.scalars(select(Order).join(Shipment, Shipment.order_id == Order.id)).first()
    assert order is not None
    change_contact(order.contact_id, email=EMAIL, phone=PHONE, actor=system("cli"))
    order.ship_to = PostalAddress(name="Ada", line_1=STREET, city="Leeds", country="GB")
    for shipment in db.session.scalars(select(Shipment)):
        shipment.address, shipment.label_key = order.ship_to, "labels/one.pdf"
    said = {"template": "shipped", "channel": "email", "recipient": EMAIL, "subject": "Shipped"}
    record("message.queued", order, system(), data=said)
    failed = {"message_id": None, "attempts": 1, "how": f"550 <{EMAIL}> unknown"}
    record("message.failed", order, system(), data=failed)
    issue_link(order.id, "Ada", actor=system())
    session.commit()
    return things


def addresses(app: Flask, things: dict[str, dict[str, Any]]) -> list[str]:
    """Every page that can be read, with each thing that its address names; lists searched and sorted too."""
    order = db.session.scalars(select(Order).where(Order.ship_to != {})).one()
    job = db.session.scalars(select(Job).where(Job.order_id == order.id)).first()
    assert job is not None
    named = {
        "order_page": {"ref": order.ref},
        "job_page": {"ref": job.number},
        **{endpoint.partition(".")[0]: given for endpoint, given in things.items()},
    }
    found = [f"/admin/order/{order.ref}?timeline=all", "/admin/search/?q=plantedmail"]
    found += [
        "/admin/search/?q=hidden.example",
        f"/admin/search/?q={EMAIL}",
        "/admin/search/?q=7946",
    ]
    for rule, method in ways(app):
        view = rule.endpoint.partition(".")[0]
        if method != "GET" or rule.endpoint in SKIPPED:
            continue
        path = filled(rule, named.get(view, {}))
        if rule.endpoint.endswith(".details_view"):
            row_id = named.get(view, {}).get("row_id", uuid.uuid4())
            found.append(f"{path}?id={row_id}")
        elif rule.endpoint.endswith(".index_view"):
            found += [path, f"{path}?search=plantedmail", f"{path}?sort=1", f"{path}?desc=1&sort=2"]
            found.append(f"{path}?flt_customer_contains=hidden.example")
        else:
            found.append(path)
    events = db.session.scalars(select(Event.id)).all()
    return found + [f"/admin/events/details/?id={event_id}" for event_id in events]


@pytest.mark.parametrize("role", BLIND)
def test_no_page_shows_it_to_who_may_not_view_customers(
    app: Flask, planted: dict[str, dict[str, Any]], role: str
) -> None:
    person = Person(app.test_client(), role)
    shown, read = [], 0
    for address in addresses(app, planted):
        answer = person.client.get(address, environ_base=person.environ)
        read += answer.status_code == 200
        assert answer.status_code < 500, address
        text = answer.text.replace(address.replace("&", "&amp;"), "")
        typed = address.partition("=")[2]
        shown += [
            (address, word)
            for word in PLANTED
            if word in text and word not in typed  # a page gives back what was looked for
        ]
    assert shown == []
    assert read > 20


@pytest.mark.parametrize("role", BLIND)
@pytest.mark.parametrize("typed", ["plantedmail", "hidden.example", EMAIL])
def test_nothing_is_found_by_it(
    app: Flask, planted: dict[str, dict[str, Any]], role: str, typed: str
) -> None:
    order = db.session.scalars(select(Order).where(Order.ship_to != {})).one()
    person, owner = Person(app.test_client(), role), Person(app.test_client(), "owner")
    for address in (
        f"/admin/search/?q={typed}",
        f"/admin/orders/?search={typed}",
        f"/admin/orders/?flt_customer_contains={typed}",
    ):
        answer = person.client.get(address, environ_base=person.environ)
        assert order.ref not in answer.text + answer.headers.get("Location", ""), address
        seen = owner.client.get(address, environ_base=owner.environ)
        assert order.ref in seen.text + seen.headers.get("Location", ""), address
    by_name = person.client.get(f"/admin/orders/?search={order.ref}", environ_base=person.environ)
    assert order.ref in by_name.text


def test_whoever_may_view_customers_reads_it(
    app: Flask, planted: dict[str, dict[str, Any]]
) -> None:
    order = db.session.scalars(select(Order).where(Order.ship_to != {})).one()
    shipment = planted["shipment_page.act"]["ref"]
    for role in sorted(set(ROLES) - set(BLIND)):
        person = Person(app.test_client(), role)
        page = person.client.get(f"/admin/order/{order.ref}", environ_base=person.environ).text
        assert EMAIL in page and PHONE in page and STREET in page, role
    person = Person(app.test_client(), "warehouse")
    assert (
        STREET in person.client.get(f"/admin/shipment/{shipment}", environ_base=person.environ).text
    )


@pytest.mark.parametrize(("granted", "is_there"), [(True, True), (False, False)])
def test_an_export_holds_it_for_those_alone(
    app: Flask, planted: dict[str, dict[str, Any]], granted: bool, is_there: bool
) -> None:
    from dataclasses import replace

    everything = {"order.view", "export.run", *({SEES} if granted else ())}
    (view,) = [one for one in app.extensions["backoffice"]._views if one.endpoint == "orders"]
    with app.test_request_context(f"{view.url}/"):
        g.actor = replace(system(), kind="staff", permissions=frozenset(everything))
        rows = [",".join(map(str, row)) for row in view.export_rows()]
    assert ("E-mail" in rows[0]) is is_there
    assert any(EMAIL in row for row in rows) is is_there


def test_the_api_gives_out_none_without_that_scope(
    app: Flask, planted: dict[str, dict[str, Any]]
) -> None:
    from app.accounts.matrix import permissions

    scopes = [key for key in permissions() if key != SEES]
    _, key = issue_api_token(None, "all but people", scopes, actor=system("cli"))
    order = db.session.scalars(select(Order).where(Order.ship_to != {})).one()
    db.session.commit()
    read = 0
    for rule, method in ways(app, "/api/"):
        if method == "GET":
            address = filled(rule, {"ref": order.ref})
            answer = app.test_client().get(address, headers={"Authorization": f"Bearer {key}"})
            read += answer.status_code == 200
            assert not [word for word in PLANTED if word in answer.text], address
    assert read > 1
    assert db.session.scalars(select(OrderLink)).first() is not None
