"""Addresses that the page frames lead to. The doors that own them say which endpoint it is."""

from __future__ import annotations

from flask import Flask, current_app, g, url_for
from werkzeug.routing import BuildError

from app.core.actor import Actor

#: name → endpoint, or a path that starts with a slash. An empty one isn't shown.
DEFAULTS = {
    "home": "/admin/",
    "search": "/admin/search",
    "new_order": "",
    "account": "",
    "sign_in": "/admin/sign-in",
    "sign_out": "/admin/sign-out",
}


def set_place(app: Flask, name: str, endpoint: str, *, permission: str | None = None) -> None:
    """Let the frames lead to `endpoint` (or a path) for `name`, one of the keys of DEFAULTS.

    With a `permission` they do so for staff who have it alone.
    """
    if name not in DEFAULTS:
        raise KeyError(f"There is no place “{name}” in the page frames.")
    app.extensions.setdefault("places", dict(DEFAULTS))[name] = endpoint
    app.extensions.setdefault("place_permissions", {})[name] = permission


def place(name: str) -> str:
    """Return the address of `name`; empty where no door has given one, or not to this person."""
    needed = current_app.extensions.get("place_permissions", {}).get(name)
    if needed is not None and not _may(needed):
        return ""
    found: str = current_app.extensions.get("places", DEFAULTS).get(name, "")
    if not found or found.startswith("/"):
        return found
    try:
        return url_for(found)
    except BuildError:
        return ""


def _may(permission: str) -> bool:
    person = g.get("actor")
    return isinstance(person, Actor) and person.kind == "staff" and person.may(permission)


def init(app: Flask) -> None:
    """Give templates ``home_url()``, ``search_url()`` and so on, and an empty sidebar."""
    app.extensions.setdefault("places", dict(DEFAULTS))

    def of(name: str) -> object:
        return lambda: place(name)

    app.jinja_env.globals.update({f"{name}_url": of(name) for name in DEFAULTS})
    # the back office puts its menu here; a page outside of it has none
    app.jinja_env.globals.setdefault("sidebar", list)
