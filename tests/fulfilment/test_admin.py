"""The list of shipments, as staff see it."""

from __future__ import annotations

import pytest

from app.accounts.verbs import create_staff
from app.core.actor import system
from tests.accounts.conftest import PASSWORD, Browser


@pytest.fixture
def come_in(app, session):
    def sign_in(*roles: str) -> Browser:
        browser = Browser(app.test_client())
        name = f"{'-'.join(roles)}@example.com"
        create_staff(None, name, "Juno Example", roles, actor=system("cli"), password=PASSWORD)
        assert browser.sign_in(name).status_code in (302, 303)
        return browser

    return sign_in


def test_the_list_shows_shipments_with_state_pieces_and_tracking(come_in, shipment_in):
    shipped, waiting = shipment_in("shipped"), shipment_in("pending")
    browser = come_in("warehouse")
    page = browser.get("/admin/shipments/").text
    assert shipped.ref in page and waiting.ref in page
    assert shipped.tracking_number in page and "Fernbank Weddings" in page
    assert f"/admin/shipment/{shipped.ref}" in page
    page = browser.get("/admin/shipments/?flt_state_equals=shipped").text
    assert f">{shipped.ref}<" in page and f">{waiting.ref}<" not in page
    page = browser.get("/admin/shipments/?flt_customer_contains=nobody").text
    assert shipped.ref not in page and waiting.ref not in page


def test_operators_see_no_shipments(come_in):
    assert come_in("operator").get("/admin/shipments/").status_code == 403
