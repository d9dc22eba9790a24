"""The shop behind a real server on a database of its own, and a real browser in front of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from app.core import settings
from app.core.db import db
from tests.browser.serving import served, watched_tab
from tests.conftest import Committed
from tests.due_reactions import run_due_reactions
from tests.notify.conftest import MailServer
from tests.waiting import eventually


@dataclass(frozen=True)
class LiveShop:
    """The shop's address, and the way to do in it what staff and workers would."""

    url: str
    app: Flask

    def work(self) -> None:
        """Run every reaction that is due, as relay and workers would."""
        with self.app.app_context():
            run_due_reactions(self.app)
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
def live_shop(preset_shop: None, committed: Committed, mail: MailServer) -> Iterator[LiveShop]:
    """A shop with two presets, served by threads."""
    changed = {"smtp_port": mail.port, "mail_catcher_dir": None}
    settings.use(settings.current().model_copy(update=changed))
    with served(committed.app) as url:
        yield LiveShop(url, committed.app)


@pytest.fixture
def tab(chromium: Any) -> Iterator[Any]:
    """A page; a fault of a script or a breach of the security policy fails the test."""
    desk = {"width": 1440, "height": 900}
    with watched_tab(chromium, locale="en-GB", viewport=desk) as page:
        page.set_default_timeout(20_000)
        yield page


def wait_until(page: Any, is_so: Callable[[], Any], *, timeout_s: float = 20) -> None:
    """Wait for what the page can't be asked to wait for: its policy forbids evaluated scripts."""
    eventually(is_so, timeout_s, pause=lambda: page.wait_for_timeout(50))
