"""The browser's own back button after a request was sent."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from app.core.db import db
from app.orders.models import Order
from tests.browser.live_shop import LiveShop
from tests.browser.test_customer_way import PRODUCT, ask, fill_in

pytestmark = pytest.mark.browser


def order_count(shop: LiveShop) -> int:
    with shop.app.app_context():
        return db.session.scalar(select(func.count()).select_from(Order)) or 0


def test_back_and_the_same_again_makes_no_second_order(live_shop: LiveShop, tab: Any) -> None:
    tab.goto(live_shop.url + PRODUCT)
    fill_in(tab)
    ask(tab)
    tab.wait_for_url("**/orders/MR-*")
    first = tab.url
    tab.go_back()
    # nothing is sent by coming back, and the form can be used: its button is not greyed out
    tab.wait_for_selector(".price-card [type=submit]:not([disabled])")
    assert order_count(live_shop) == 1
    fill_in(tab)
    ask(tab)
    # a page kept as it was sends its old form, which leads to its order; one fetched anew is asked about
    tab.wait_for_selector(".portal-main a[href^='/orders/MR-'], .nowcard")
    if tab.url != first:
        tab.get_by_role("link", name="View order").click()
        tab.wait_for_url(first)
    assert order_count(live_shop) == 1


def test_it_is_ordered_again_by_who_says_so(live_shop: LiveShop, tab: Any) -> None:
    for _ in range(2):
        tab.goto(live_shop.url + PRODUCT)
        fill_in(tab)
        ask(tab)
        tab.wait_for_selector(".nowcard, form [name=once_more]", state="attached")
    tab.get_by_role("button", name="Request it again").dblclick(no_wait_after=True)
    tab.wait_for_url("**/orders/MR-*")
    assert order_count(live_shop) == 2
