"""Asking for a quote: the product page's form becomes an order."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from flask import Blueprint, redirect, request
from sqlalchemy.exc import IntegrityError

from app.accounts import services as accounts
from app.core.actor import system
from app.core.db import db
from app.core.errors import BadInput, NotFound, Refused, WrongState
from app.orders import services as orders
from app.orders.models import Order
from app.portal.catalogue import Form, find, flat, page, part
from app.portal.visitor import actor, owner_key

SHIP_FIELDS = ("line_1", "line_2", "city", "postcode", "country")
BROWSER_LINK_DAYS = 30


def register(blueprint: Blueprint) -> None:
    """Add the form's address."""
    blueprint.post("/p/<slug>/request")(send)


def send(slug: str) -> Any:
    """Make the order and let this browser in by a link of its own; with faults, show the page again."""
    found, terms = find(slug)
    values = flat(request.form)
    try:
        order = _order(slug, values)
        key = _browser_link(order)
        db.session.commit()
    except IntegrityError:
        # two clicks at the same moment: the first made the order, this one opens it
        db.session.rollback()
        return _open_first(values)
    except (BadInput, Refused, WrongState, NotFound) as fault:
        db.session.rollback()
        place = getattr(fault, "field", None) or "form"
        return page(found, terms, Form(values, {place: str(fault)})), 422
    return redirect(f"/t/{key}", 303)


def _open_first(values: dict[str, str]) -> Any:
    order = db.session.get_one(Order, request_order_id(values))
    key = _browser_link(order)
    db.session.commit()
    return redirect(f"/t/{key}", 303)


def _browser_link(order: Order) -> str:
    """Let the browser that asked see its order; the link in the e-mail is another one."""
    return accounts.issue_link(
        order.id, order.contact.name, actor=system("portal"), days=BROWSER_LINK_DAYS
    )


def request_order_id(values: dict[str, str]) -> uuid.UUID:
    """Return the id of the order that the form's first click made."""
    key = _uuid(values.get("request_key"), "request_key")
    assert key is not None, "without a key two clicks can't meet"
    return orders.order_id_for(key, owner_key())


def _order(slug: str, values: dict[str, str]) -> Order:
    wanted = orders.WantedLine(
        product_slug=slug,
        quantity=values.get("quantity"),
        options=part(values, "options"),
        personalisation=part(values, "personalisation"),
        upload_id=_uuid(values.get("upload_id"), "upload_id"),
    )
    asker = orders.Asker(
        name=values.get("name", ""),
        email=values.get("email", ""),
        phone=values.get("phone", ""),
        company=values.get("company", ""),
    )
    ship_to = {
        key: values[f"ship.{key}"].strip()[:200] for key in SHIP_FIELDS if values.get(f"ship.{key}")
    }
    return orders.request_order(
        asker,
        [wanted],
        actor=actor(),
        owner_key=owner_key(),
        request_key=_uuid(values.get("request_key"), "request_key"),
        wanted_on=_day(values.get("wanted_on")),
        note=values.get("note", ""),
        ship_to={"name": asker.name, **ship_to} if ship_to else {},
    )


def _uuid(text: str | None, name: str) -> uuid.UUID | None:
    if not text:
        return None
    try:
        return uuid.UUID(text)
    except ValueError:
        raise BadInput(
            "This form was changed on its way. Load the page again.", field=name
        ) from None


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(
            "Write the day as year, month, day: 2027-02-14.", field="wanted_on"
        ) from None
