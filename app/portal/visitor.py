"""Who a browser without any sign-in is: a random name in its session, which owns its uploads."""

from flask import g, session

from app.core.actor import Actor
from app.core.ids import token

ANONYMOUS = Actor("customer", None, "A visitor", "portal")


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
