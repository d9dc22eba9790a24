"""An upload that is completed many times at once, as a page that asks again and again does it."""

from __future__ import annotations

import hashlib
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from sqlalchemy import func, select

from app.core.db import db
from app.core.events import Event
from app.files.models import Asset, Upload
from tests.browser.serving import served
from tests.conftest import Committed
from tests.due_reactions import run_due_reactions
from tests.files.sample_files import a_pdf

TIMES = 20


class Browser:
    """A browser with a file on its way: all its parts have arrived."""

    def __init__(self, address: str, body: bytes) -> None:
        self.address, self.body = address, body
        self.session = requests.Session()
        page = self.session.get(f"{address}/link", timeout=30).text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert token is not None
        self.session.headers["X-CSRFToken"] = token[1]
        asked = {"file_name": "card.pdf", "size_bytes": len(body)}
        self.plan = self.post("/uploads", asked).json()
        signed = self.post(f"{self.place}/parts", {"part_numbers": [1]}).json()
        requests.put(signed["urls"]["1"], data=body, timeout=30).raise_for_status()

    @property
    def place(self) -> str:
        return f"/uploads/{self.plan['id']}"

    def post(self, path: str, given: Any = None) -> requests.Response:
        return self.session.post(f"{self.address}{path}", json=given, timeout=60)

    def complete(self) -> requests.Response:
        return self.post(
            f"{self.place}/complete", {"sha256": hashlib.sha256(self.body).hexdigest()}
        )

    def give_up(self) -> requests.Response:
        return self.session.delete(f"{self.address}{self.place}", timeout=60)


@pytest.fixture
def browser(committed: Committed) -> Iterator[Browser]:
    with served(committed.app) as address:
        yield Browser(address, a_pdf(tint=0.413))


def at_once(*calls: Callable[[], requests.Response]) -> list[requests.Response]:
    start = threading.Barrier(len(calls))

    def call(one: Callable[[], requests.Response]) -> requests.Response:
        start.wait(30)
        return one()

    with ThreadPoolExecutor(len(calls)) as lanes:
        return list(lanes.map(call, calls))


def happened(name: str) -> int:
    found = db.session.scalar(select(func.count()).where(Event.name == name))
    return int(found or 0)


def test_twenty_completions_at_once_are_one_with_one_check(
    committed: Committed, browser: Browser
) -> None:
    answers = at_once(*[browser.complete] * TIMES)
    told = Counter((answer.status_code, answer.json()["state"]) for answer in answers)
    assert told == {(200, "uploaded"): TIMES}
    with committed.app.app_context():
        upload = db.session.scalars(select(Upload)).one()
        assert (upload.state, happened("upload.completed")) == ("uploaded", 1)
    with committed.app.app_context():
        run_due_reactions(committed.app)
        upload = db.session.scalars(select(Upload)).one()
        asset = db.session.scalars(select(Asset)).one()
        assert (upload.state, happened("upload.checked")) == ("ready", 1)
        assert asset.sha256 == hashlib.sha256(browser.body).hexdigest()
    late = at_once(*[browser.complete] * TIMES)
    assert {(answer.status_code, answer.json()["state"]) for answer in late} == {(200, "ready")}


def test_completed_and_given_up_at_once_ends_in_one_of_the_two(
    committed: Committed, browser: Browser
) -> None:
    answers = at_once(*[browser.complete, browser.give_up] * (TIMES // 2))
    assert max(answer.status_code for answer in answers) < 500
    with committed.app.app_context():
        upload = db.session.scalars(select(Upload)).one()
        counts = (happened("upload.completed"), happened("upload.abandoned"))
        assert (upload.state, *counts) in {("uploaded", 1, 0), ("abandoned", 0, 1)}
