"""People who sign in at the real back office and press what its pages offer."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import event, select

from app.accounts.models import Staff, StaffRole
from app.accounts.services.sessions import start_session
from app.core.db import db
from app.core.events import Event
from app.production.models import Job
from tests.order_rows import placed_order
from tests.orders.conftest import ask, catalogue
from tests.production.conftest import jobs_for, open_all

__all__ = ["ask", "catalogue"]
_address = itertools.count(1)


class Page:
    """One answer: its status, its words, the forms it offers."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.status: int = answer.status_code
        self.document = html.document_fromstring(answer.text or "<html></html>")

    @property
    def words(self) -> str:
        return " ".join(self.document.text_content().split())

    @property
    def verbs(self) -> set[str]:
        """The last part of every form's address in the main part of the page."""
        actions = (form.get("action") or "" for form in self.document.cssselect("main form"))
        return {action.rsplit("/", 1)[-1] for action in actions}

    def form(self, verb: str) -> dict[str, str]:
        """The values of the form that ends in `verb`, as a browser would send them."""
        for form in self.document.forms:
            if (form.get("action") or "").endswith(f"/{verb}"):
                return {**dict(form.form_values()), "": form.get("action")}
        raise AssertionError(f"no form for {verb}: {sorted(self.verbs)}")

    def all(self, css: str) -> list[Any]:
        return list(self.document.cssselect(css))

    def said(self, css: str = ".notice") -> str:
        return " ".join(" ".join(" ".join(one.itertext()).split()) for one in self.all(css))


class Person:
    """Somebody of the shop with an open session; tests/accounts try the sign-in page itself."""

    def __init__(self, client: Any, *roles: str) -> None:
        self.client = client
        self.environ = {"REMOTE_ADDR": f"198.51.100.{next(_address) % 250 + 1}"}
        mark = uuid.uuid4().hex[:10]
        self.staff = Staff(
            email=f"{mark}@example.com", name=f"{roles[0].title()} Example", timezone="UTC",
            held=[StaffRole(role=role) for role in roles],
        )  # fmt: skip
        db.session.add(self.staff)
        signed = start_session(self.staff, ip="198.51.100.1", user_agent="tests")
        with client.session_transaction() as session:
            session["_user_id"] = signed.token

    def get(self, path: str) -> Page:
        return Page(self.client.get(path, environ_base=self.environ))

    def send(self, path: str, values: Mapping[str, Any]) -> Page:
        return Page(self.client.post(path, data=dict(values), environ_base=self.environ))

    def press(self, page: Page | str, verb: str, **values: Any) -> Page:
        """Fill and send the form that ends in `verb` on a page, without following the redirect."""
        if isinstance(page, str):
            page = self.get(page)
        fields = page.form(verb)
        return self.send(fields.pop(""), {**fields, **values})

    def token(self, path: str) -> str:
        """The CSRF token of the page at `path`."""
        return str(self.get(path).document.cssselect("input[name=csrf_token]")[0].get("value"))


@pytest.fixture
def somebody(app: Flask, session: Any) -> Callable[..., Person]:
    """Sign somebody in: ``somebody("operator")``."""

    def enter(*roles: str) -> Person:
        return Person(app.test_client(), *roles)

    return enter


@pytest.fixture
def ready_job(session: Any) -> Callable[..., Job]:
    """Make a job of `quantity` pieces; its gates are open unless ``gated=True``."""

    def make(quantity: int = 10, *, gated: bool = False, **more: Any) -> Job:
        columns = more.pop("order", {})
        job = jobs_for(placed_order([quantity], **columns), **more)[0]
        return job if gated else open_all(job)

    return make


@pytest.fixture
def queries(session: Any) -> Callable[[Callable[[], Any]], int]:
    """Count the statements that a call sends to the database, without the one that reads the shop's settings: a
    request sends it once at most, and which call of a test sends it depends on what was asked before."""

    def count(call: Callable[[], Any]) -> int:
        sent: list[str] = []
        engine = db.session.get_bind()

        def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
            sent.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        try:
            call()
        finally:
            event.remove(engine, "before_cursor_execute", note)
        uncounted = ("SAVEPOINT", "FROM shop_settings")
        return len([one for one in sent if not any(part in one for part in uncounted)])

    return count


def refusals(person: Person) -> list[Event]:
    """What was refused to the person and written down."""
    query = select(Event).where(Event.name == "access.denied")
    return list(db.session.scalars(query.where(Event.actor_id == person.staff.id)))
