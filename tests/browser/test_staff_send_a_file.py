"""Prepress sends a file that came by e-mail, sees it checked by itself, and goes on on the same page."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from app.artwork.models import ArtworkSlot
from app.core.db import db
from app.orders import verbs as order_verbs
from tests.browser import accessibility
from tests.browser.live_shop import LiveShop
from tests.browser.live_updates import is_live, live_line, sign_in
from tests.files.sample_files import a_pdf
from tests.orders.conftest import CARD, REQUESTER, VISITOR

__all__ = ["live_line"]
pytestmark = pytest.mark.browser


def test_a_file_is_sent_from_the_review_page_and_decided_there(
    live_shop: LiveShop, live_line: None, tab: Any
) -> None:
    with live_shop.inside():
        order_verbs.request_order(None, REQUESTER, [CARD], actor=VISITOR, owner_key="visitor:none")
    with live_shop.app.app_context():
        slot_id = db.session.scalars(select(ArtworkSlot.id)).one()
        db.session.remove()
    sign_in(live_shop, tab)
    tab.goto(f"{live_shop.url}/admin/artwork/{slot_id}")
    is_live(tab)
    tab.get_by_role("button", name="Upload file…").click()
    assert accessibility.faults(tab, impacts=accessibility.WORST) == []
    file = {"name": "by e-mail.pdf", "mimeType": "application/pdf", "buffer": a_pdf()}
    tab.locator("dialog[open] [data-upload-input]").set_input_files(file)
    tab.get_by_text("Received. Checking").first.wait_for()
    live_shop.work()
    tab.get_by_role("button", name="Upload file", exact=True).click()
    tab.get_by_text("The file is uploaded. It is being checked now.").wait_for()
    is_live(tab)
    live_shop.work()
    # the page was open all the time, and what it offers now works
    tab.get_by_text("It is created once the order is placed.").wait_for()
    tab.wait_for_load_state("networkidle")  # no button is exchanged under the mouse
    tab.get_by_role("button", name="Request new file…").click()
    tab.get_by_label("What should change?").fill("The names are missing.")
    live_shop.work()
    assert tab.get_by_label("What should change?").input_value() == "The names are missing."
    tab.get_by_role("button", name="Request new file", exact=True).click()
    tab.get_by_text("We're asking the customer for a new file.").wait_for()
