"""The floor's pages in a real Chromium: focus, keys for gloves, live parts, axe at two widths."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from app.accounts.models import Staff
from app.core.actor import system
from app.core.db import get
from app.production import verbs as production_verbs
from tests.browser import accessibility
from tests.browser.serving import served, watched_tab
from tests.browser.signed_in import enter
from tests.order_rows import placed_order
from tests.production.conftest import jobs_for, open_all

pytestmark = pytest.mark.browser


def create_work() -> SimpleNamespace:
    """A running job, one that is closed, a shipment, and an owner; committed."""
    from app.accounts.verbs import create_staff
    from app.core.db import db
    from app.fulfilment import services as fulfilment
    from app.fulfilment import verbs as shipment_verbs

    owner = create_staff(None, "olive@example.com", "Olive Example", ["owner"], actor=system("cli"))
    running = open_all(jobs_for(placed_order([40]))[0])
    production_verbs.start_operation(running.operations[0].id, actor=system())
    production_verbs.count_pieces(
        running.operations[0].id, spoiled=1, cause="Scratch", actor=system()
    )
    closed = jobs_for(placed_order([5]))[0]
    order = placed_order([10])
    goods = {line.id: line.quantity for line in order.lines}
    shipment = fulfilment.create_shipment(order.id, good_by_line=goods, actor=system())
    shipment_verbs.start_picking(shipment.id, actor=system())
    found = SimpleNamespace(
        owner=owner.id,
        running=running.number,
        step=running.operations[0].id,
        closed=closed.number,
        shipment=shipment.ref,
    )
    db.session.commit()
    return found


@pytest.fixture
def shop(committed: Any, chromium: Any) -> Iterator[SimpleNamespace]:
    """The shop, served, and a tab of somebody who is signed in; `line` is the live line."""
    with committed.app.app_context():
        shop = create_work()
    shop.app, shop.line = committed.app, []
    with served(committed.app) as shop.url, watched_tab(chromium) as tab:
        tab.route_web_socket(lambda url: "/ws" in url, lambda socket: shop.line.append(socket))
        with committed.app.app_context():
            enter(committed.app, get(Staff, shop.owner), tab, shop.url)
        shop.tab = tab
        yield shop


def station(shop: SimpleNamespace) -> Any:
    shop.tab.goto(f"{shop.url}/admin/station/press?job={shop.running}")
    return shop.tab


def focused(tab: Any) -> str:
    return str(tab.evaluate("document.activeElement.name || document.activeElement.tagName"))


def counted(shop: SimpleNamespace) -> tuple[int, int]:
    from app.core.db import db
    from app.production.models import QuantityEvent

    with shop.app.app_context():
        query = select(func.sum(QuantityEvent.passed), func.sum(QuantityEvent.spoiled))
        passed, spoiled = db.session.execute(query).one()
    return passed or 0, spoiled or 0


def test_a_scanner_types_into_the_scan_field_wherever_the_focus_is(shop: SimpleNamespace) -> None:
    tab = station(shop)
    assert focused(tab) == "code"
    tab.focus(".big-good")
    tab.keyboard.type(shop.closed)
    assert focused(tab) == "code"
    tab.keyboard.press("Enter")
    tab.wait_for_url(re.compile(rf"job={shop.closed}"))
    assert "can't start" in tab.inner_text(".notice")
    tab.click(".jobcard-no")
    expect(tab.locator("[name=code]")).to_be_focused()


def test_good_pieces_are_counted_with_big_keys_and_once(shop: SimpleNamespace) -> None:
    tab = station(shop)
    tab.click(".big-good")
    for key in ("+10", "+10", "+5", "+1"):
        tab.get_by_role("button", name=key, exact=True).click()
    assert tab.input_value("#f-good") == "26"
    tab.get_by_role("button", name="Count as good").dblclick(no_wait_after=True)
    tab.wait_for_selector(".jobcard .up >> text=26")
    assert counted(shop) == (26, 1)
    tab.click(".big-good")
    tab.get_by_role("button", name="All 14").click()
    assert tab.input_value("#f-good") == "14"
    tab.get_by_role("button", name="Back").click()
    expect(tab.locator("[name=code]")).to_be_focused()


def test_spoiled_pieces_take_a_cause_that_was_said_before(shop: SimpleNamespace) -> None:
    tab = station(shop)
    tab.click(".big-bad")
    tab.locator("dialog[open] [data-add='2']").click()
    tab.get_by_role("button", name="Scratch").click()
    tab.get_by_role("button", name="Count as spoiled").click()
    tab.wait_for_selector(".jobcard .down >> text=3")
    assert counted(shop) == (0, 3)


def test_a_live_change_comes_by_itself_but_never_under_a_hand_at_work(
    shop: SimpleNamespace,
) -> None:
    tab = station(shop)
    tab.wait_for_selector("[data-live-dot]:not([hidden])")
    with shop.app.app_context():
        from app.core.db import db

        production_verbs.count_pieces(shop.step, good=7, actor=system())
        db.session.commit()
    tab.fill("[data-scan]", "J-20")
    shop.line[-1].send('{"name": "pieces.counted"}')
    tab.wait_for_selector(".jobcard .up >> text=7")
    assert tab.input_value("[data-scan]") == "J-20"
    tab.click(".big-good")
    tab.locator("dialog[open] [data-add='5']").click()
    with shop.app.app_context():
        production_verbs.count_pieces(shop.step, good=2, actor=system())
        db.session.commit()
    with tab.expect_event("console", lambda said: said.text == "heard"):
        tab.evaluate("document.body.addEventListener('live', () => console.log('heard'))")
        shop.line[-1].send('{"name": "pieces.counted"}')
    assert tab.input_value("#f-good") == "5"
    tab.get_by_role("button", name="Clear").click()
    tab.fill("#f-good", "")
    tab.get_by_role("button", name="Back").click()
    tab.wait_for_selector(".jobcard .up >> text=9")


def test_buttons_are_big_enough_for_gloves(shop: SimpleNamespace) -> None:
    tab = station(shop)
    for width, height in ((1180, 820), (390, 844)):
        tab.set_viewport_size({"width": width, "height": height})
        boxes = [one.bounding_box() for one in tab.query_selector_all(".big-buttons .big")]
        assert len(boxes) == 4
        assert min(box["height"] for box in boxes) >= 108
    tab.set_viewport_size({"width": 1180, "height": 820})
    last = tab.query_selector_all(".big-buttons .big")[-1].bounding_box()
    assert last["y"] + last["height"] <= 820


@pytest.mark.extended
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_a_phone_and_on_a_desk(shop: SimpleNamespace, scheme: Any) -> None:
    tab, found = shop.tab, []
    tab.emulate_media(color_scheme=scheme)
    paths = (
        "/admin/station/",
        f"/admin/station/press?job={shop.running}",
        f"/admin/station/press?job={shop.closed}",
        f"/admin/job/{shop.running}",
        f"/admin/shipment/{shop.shipment}",
    )
    for path in paths:
        tab.goto(shop.url + path)
        found += accessibility.faults(tab)
    assert found == []
