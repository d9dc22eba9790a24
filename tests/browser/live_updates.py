"""The realtime process beside a live shop, as the Procfile runs it, and staff signed in at it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from app.accounts.verbs import create_staff
from app.core import settings
from app.core.actor import system
from tests.browser.live_shop import LiveShop
from tests.conftest import Committed
from tests.realtime_process import realtime_process

PASSWORD = "paper and black ink"
ADDRESS = "olive@example.com"


@pytest.fixture
def live_line(live_shop: LiveShop, committed: Committed) -> Iterator[None]:
    """The pages of `live_shop` hear of changes through a real WebSocket."""
    # the policy of the pages allows this one address, which each test process has for itself
    address = committed.environment["REALTIME_URL"].removeprefix("ws://")
    settings.use(settings.current().model_copy(update={"base_url": live_shop.url}))
    with realtime_process(address, committed.environment | {"BASE_URL": live_shop.url}):
        yield


def sign_in(shop: LiveShop, tab: Any) -> None:
    """Make an owner and sign in as a person does."""
    with shop.inside():
        create_staff(
            None, ADDRESS, "Olive Example", ["owner"], actor=system("cli"), password=PASSWORD
        )
    tab.goto(f"{shop.url}/admin/")
    tab.get_by_label("E-mail address").fill(ADDRESS)
    tab.get_by_label("Password").fill(PASSWORD)
    tab.get_by_role("button", name="Sign in").click()
    tab.wait_for_url("**/admin/")


def is_live(tab: Any) -> None:
    """Wait until the page's own line stands."""
    tab.locator("[data-live-dot]:not(.off)", has_text="Live").wait_for()
