"""A back office of a few rooms' own pages on the test's database, and a person at it."""

from __future__ import annotations

import html
import re
import uuid
from types import ModuleType

from flask import Flask, g, request

from app.core.actor import Actor

PERSON = uuid.UUID("01930000-0000-7000-8000-00000000a002")


def back_office_app(application: Flask, *modules: ModuleType) -> Flask:
    """Return an application with the views of `modules` under /admin. Requests say who they are by the header
    ``X-Test-Permissions``; without it nobody is signed in."""
    from app.core.backoffice.assembly import make_admin
    from app.core.db import db
    from app.core.settings import ROOT
    from app.core.web import init_app

    own = Flask(
        "app", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "app" / "static")
    )
    own.config.update(application.config)
    own.test_client_class = application.test_client_class
    db.init_app(own)
    db._app_engines[own] = db._app_engines[application]
    init_app(own)

    @own.before_request
    def who() -> None:
        said = request.headers.get("X-Test-Permissions")
        if said is not None:
            g.actor = Actor("staff", PERSON, "Wren", "backoffice", frozenset(said.split()))

    admin = make_admin(own)
    for module in modules:
        admin.add_views_of(module)
    return own


def hidden_values(page: str) -> dict[str, str]:
    """Return the hidden values of a page's forms (of the last form where several have one)."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in found}


def page_text(page: str) -> str:
    """Return what the page says, without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())
