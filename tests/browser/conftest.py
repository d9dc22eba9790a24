"""What the browser tests share."""

from __future__ import annotations

from tests.browser.live_shop import live_shop, tab
from tests.notify.conftest import mail

__all__ = ["live_shop", "mail", "tab"]
