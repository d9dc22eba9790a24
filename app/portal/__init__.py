"""The customer's pages: catalogue, request, upload, and one order behind its link."""

import uuid
from importlib import import_module
from typing import Literal

from flask import Blueprint, Flask, g, session
from sqlalchemy import select

from app.core.actor import Actor
from app.core.db import db
from app.core.ids import token

blueprint = Blueprint("portal", __name__)
ANONYMOUS = Actor("customer", None, "A visitor", "portal")
PAGES = ("catalogue", "request_form", "uploads", "orders", "artwork", "logo")

#: What a visitor from one address may do: an upload holds storage, a request sends a message.
LIMITS = {
    "portal.start_upload": "60 per minute; 600 per hour",
    "portal.send": "20 per minute; 100 per hour",
    "portal.price": "240 per minute",
}


def init_app(app: Flask) -> None:
    """Register the portal's pages."""
    from app.core.web import limits
    from app.portal import logo, orders, words

    for name in PAGES:
        import_module(f"{__name__}.{name}")
    app.register_blueprint(blueprint)
    limits.limit(app, LIMITS)
    words.init(app)
    logo.init(app)
    app.extensions["order_address"] = orders.address


def has_owner_key() -> bool:
    """Return whether this browser came with its key."""
    return "visitor" in session


def owner_key() -> str:
    """Return the key under which this browser's uploads stand; made at the first call."""
    if "visitor" not in session:
        session["visitor"] = token()
        session.permanent = True
    return f"visitor:{session['visitor']}"


def actor() -> Actor:
    """Return who makes this request: the customer of the links in this browser, or a visitor."""
    found = g.get("actor")
    return found if isinstance(found, Actor) and found.kind == "customer" else ANONYMOUS


def customer_id() -> uuid.UUID | None:
    """Return the customer whose prices this browser sees: the one of all its links; None for a visitor, and
    where the links are of several customers."""
    from app.orders.models import Order

    held = [link.order_id for link in g.get("links", [])]
    if not held:
        return None
    query = select(Order.customer_id).where(Order.id.in_(held)).distinct().limit(2)
    found = list(db.session.scalars(query))
    return found[0] if len(found) == 1 else None


def reader() -> Literal["visitor", "customer"]:
    """Return who reads a price: a customer whom a link in this browser names, or a visitor."""
    return "customer" if actor().id else "visitor"
