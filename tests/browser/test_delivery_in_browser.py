"""The fields of a delivery in a browser: the address only where one is needed, the region by its country's word."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from app.accounts.services.links import issue_link
from app.core.actor import system
from tests.browser.live_shop import LiveShop
from tests.browser.test_customer_way import PRODUCT, ask, fill_in, the_order

pytestmark = pytest.mark.browser


def test_a_pickup_needs_no_address_and_a_country_has_its_own_word(
    live_shop: LiveShop, tab: Any
) -> None:
    tab.goto(live_shop.url + PRODUCT)
    street, region = tab.locator("#f-line-1"), tab.locator("#f-region")
    expect(street).to_be_visible()
    expect(region).to_be_hidden()  # of a shop in Britain
    tab.select_option("#f-country", "US")
    expect(tab.locator("label[for=f-region]")).to_have_text("State")
    tab.select_option("#f-country", "IE")
    expect(tab.locator("label[for=f-region]")).to_have_text("County optional")
    region.fill("Cork")
    tab.select_option("#f-country", "FR")
    expect(region).to_be_hidden()
    expect(region).to_be_disabled()  # what was typed for another country is not sent
    fill_in(tab)
    tab.get_by_role("radio", name="Pickup").check()
    expect(street).to_be_hidden()
    ask(tab)
    tab.wait_for_url("**/orders/MR-*")
    with live_shop.inside():
        key = issue_link(the_order().id, "Ada Example", actor=system())
    tab.goto(f"{live_shop.url}/t/{key}")
    expect(tab.locator("#delivery")).to_contain_text("You'll collect it at our shop.")
    # set anew on the order's page, whose part comes anew by itself
    tab.get_by_text("Change delivery").click()
    tab.get_by_role("radio", name="Delivery to an address").check()
    tab.select_option("#f-country", "CA")
    tab.fill("#f-line-1", "1 Example Street")
    tab.fill("#f-city", "Sampleton")
    tab.get_by_label("Province").fill("Ontario")
    tab.get_by_role("button", name="Save delivery").click()
    expect(tab.locator("#delivery address")).to_contain_text("Sampleton ON")
