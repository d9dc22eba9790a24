"""A browser in which somebody of the shop is signed in already; the operator's way signs in by hand."""

from __future__ import annotations

from typing import Any

from flask import Flask

from app.accounts.models import Staff
from app.accounts.services.sessions import start_session
from app.core.db import db


def enter(app: Flask, person: Staff, tab: Any, url: str) -> None:
    """Open a session for `person`, commit, and put its cookie into the tab's browser."""
    signed = start_session(person, ip="127.0.0.1", user_agent="tests")
    db.session.commit()
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = signed.token
    name = app.config["SESSION_COOKIE_NAME"]
    tab.context.add_cookies(
        [{"name": name, "value": client.get_cookie(name).value, "url": url, "httpOnly": True}]
    )
