"""The shop behind a real server on a database of its own, and a real browser in front of it."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from app.core import settings
from app.core.db import db
from tests.conftest import Committed
from tests.notify.conftest import MailServer
from tests.reacting import settle

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class LiveShop:
    """The shop's address, and the way to do in it what staff and workers would."""

    url: str
    app: Flask

    def work(self) -> None:
        """Run every reaction that is due, as relay and workers would."""
        with self.app.app_context():
            settle(self.app)
            db.session.remove()

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Do what somebody of the shop does; it is committed, and what follows from it is done."""
        with self.app.app_context():
            yield
            db.session.commit()
            db.session.remove()
        self.work()


@pytest.fixture
def live_shop(furnished: None, committed: Committed, mail: MailServer) -> Iterator[LiveShop]:
    """A shop with two presets, served by threads."""
    from werkzeug.serving import make_server

    changed = {"smtp_port": mail.port, "mail_catcher_dir": None}
    settings.use(settings.current().model_copy(update=changed))
    server = make_server("127.0.0.1", 0, committed.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    shop = LiveShop(f"http://127.0.0.1:{server.server_port}", committed.app)
    yield shop
    server.shutdown()
    thread.join()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """One Chromium for the tests of a module."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def tab(chromium: Any) -> Iterator[Any]:
    """A page; a fault of a script or a breach of the security policy fails the test."""
    faults: list[str] = []
    context = chromium.new_context(locale="en-GB", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console",
        lambda message: (
            faults.append(message.text) if "Content Security Policy" in message.text else None
        ),
    )
    yield page
    context.close()
    assert faults == []


def wait_until(page: Any, is_so: Callable[[], Any], *, timeout_s: float = 20) -> None:
    """Wait for what the page can't be asked to wait for: its policy forbids evaluated scripts."""
    for _ in range(int(timeout_s * 20)):
        if is_so():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it did not come about")
