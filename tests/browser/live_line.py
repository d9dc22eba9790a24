"""The realtime process beside a live shop, as the Procfile runs it, and staff signed in at it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from app.accounts.services import create_staff
from app.core import settings
from app.core.actor import system
from tests.browser.live_shop import LiveShop
from tests.conftest import Committed
from tests.servers import ROOT

PASSWORD = "paper and black ink"
ADDRESS = "olive@example.com"


@pytest.fixture
def live_line(live_shop: LiveShop, committed: Committed) -> Iterator[None]:
    """The pages of `live_shop` hear of changes through a real WebSocket."""
    # the policy of the pages allows this one address, which each test process has for itself
    address = committed.environment["REALTIME_URL"].removeprefix("ws://")
    argv = [
        *(sys.executable, "-m", "gunicorn", "-k", "asgi", "-w", "1", "-b", address),
        *("--graceful-timeout", "1", "--log-level", "error"),
        "app.core.realtime_server:application",
    ]
    settings.use(settings.current().model_copy(update={"base_url": live_shop.url}))
    environment = os.environ | committed.environment | {"BASE_URL": live_shop.url}
    process = subprocess.Popen(argv, cwd=ROOT, env=environment)
    try:
        until = time.monotonic() + 60
        while not healthy(address):
            assert process.poll() is None, "the realtime process ended"
            assert time.monotonic() < until, "the realtime process does not answer"
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(timeout=15)


def healthy(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://{address}/healthz", timeout=2) as answer:
            return bool(answer.read() == b"ok\n")
    except OSError:
        return False


def sign_in(shop: LiveShop, tab: Any) -> None:
    """Make an owner and sign in as a person does."""
    with shop.inside():
        create_staff(ADDRESS, "Olive Example", ["owner"], actor=system("cli"), password=PASSWORD)
    tab.goto(f"{shop.url}/admin/")
    tab.get_by_label("E-mail address").fill(ADDRESS)
    tab.get_by_label("Password").fill(PASSWORD)
    tab.get_by_role("button", name="Sign in").click()
    tab.wait_for_url("**/admin/")


def is_live(tab: Any) -> None:
    """Wait until the page's own line stands."""
    tab.locator("[data-live-dot]:not(.off)", has_text="Live").wait_for()
