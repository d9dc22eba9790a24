"""Dashboard, board, search and logs in a real Chromium: what moves live, focus, scrolling, axe."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from app.accounts.models import Staff
from app.core.actor import system
from app.core.clock import today
from app.core.db import get
from tests.backoffice import busy_shop
from tests.browser import accessibility
from tests.browser.serving import served, watched_tab
from tests.browser.signed_in import enter

pytestmark = pytest.mark.browser

PAGES = {
    "dashboard": "/admin/",
    "board": "/admin/board/?due_to=2199-01-01",
    "results": "/admin/search/?q=Fernbank",
    "no results": "/admin/search/?q=zzzz",
    "events": "/admin/events/",
    "dead letters": "/admin/dead-letters/",
}


def is_error(message: Any) -> bool:
    return bool(message.type == "error")


@pytest.fixture
def shop(committed: Any, chromium: Any) -> Iterator[SimpleNamespace]:
    """A busy shop, served, and a tab of an owner who is signed in; `line` is the live line."""
    from app.accounts.verbs import create_staff
    from app.core.db import db

    shop = SimpleNamespace(app=committed.app, line=[])
    with committed.app.app_context():
        owner = create_staff(
            None, "olive@example.com", "Olive Example", ["owner"], actor=system("cli")
        )
        busy_shop.busy(1)
        ready = busy_shop.job_in("ready")
        shop.owner = owner.id
        shop.job_id, shop.number = ready.id, ready.number
        db.session.commit()
    with (
        served(committed.app) as shop.url,
        watched_tab(chromium, viewport={"width": 1440, "height": 900}, is_fault=is_error) as tab,
    ):
        tab.route_web_socket(lambda url: "/ws" in url, lambda socket: shop.line.append(socket))
        with committed.app.app_context():
            enter(committed.app, get(Staff, shop.owner), tab, shop.url)
        shop.tab = tab
        yield shop


def change(shop: SimpleNamespace, verb: Any) -> None:
    """Do something in the shop, and let the live line tell every page."""
    from app.core.db import db

    with shop.app.app_context():
        verb()
        db.session.commit()
    shop.line[-1].send(json.dumps({"stream": "x", "name": "something.happened"}))


def live(shop: SimpleNamespace, path: str) -> Any:
    shop.tab.goto(f"{shop.url}{path}")
    shop.tab.wait_for_selector("[data-live-dot]:not([hidden])", state="attached")
    expect(shop.tab.locator("[data-live-dot]")).to_have_text("Live")
    return shop.tab


def test_a_ticket_moves_by_itself_with_focus_and_scroll_kept_and_nothing_else_is_swapped(
    shop: SimpleNamespace,
) -> None:
    from app.production import verbs as production_verbs

    shop.tab.set_viewport_size({"width": 700, "height": 600})
    tab = live(shop, "/admin/board/")
    ticket = f"#ticket-{shop.number}"
    tab.focus(ticket)
    tab.evaluate("document.querySelector('#board').scrollLeft = 300")
    tab.evaluate("window.scrollTo(0, 200)")
    before = tab.evaluate("[document.querySelector('#board').scrollLeft, scrollY]")
    assert before[0] > 0
    change(shop, lambda: production_verbs.schedule_job(shop.job_id, today("UTC"), actor=system()))
    tab.wait_for_selector(f"#lane-scheduled {ticket}")
    assert tab.evaluate("document.activeElement.id") == ticket[1:]
    assert tab.evaluate("[document.querySelector('#board').scrollLeft, scrollY]") == before
    tab.evaluate("document.querySelector('a.ticket').dataset.mark = 'same'")
    with tab.expect_response(lambda answer: "/board/live" in answer.url) as answer:
        change(shop, lambda: None)
    assert answer.value.status == 204
    assert tab.locator("a.ticket[data-mark=same]").count() == 1


def test_a_request_appears_on_board_and_dashboard_by_itself(shop: SimpleNamespace) -> None:
    tab = live(shop, "/admin/board/")
    slips = tab.locator("a.slip-new").count()
    change(shop, lambda: busy_shop.asked(1, "requested"))
    expect(tab.locator("a.slip-new")).to_have_count(slips + 1)
    tab = live(shop, "/admin/")
    tab.wait_for_selector("#health .badge")
    words = tab.inner_text(".today-sentence")
    change(shop, lambda: busy_shop.noted(busy_shop.asked(1, "requested")[0]))
    expect(tab.locator(".today-sentence")).not_to_have_text(words, use_inner_text=True)
    assert tab.locator("#health .badge").count() == 5, "the health card stays as it was"


def test_a_filter_is_set_and_taken_off_and_a_scanned_number_leads_to_its_job(
    shop: SimpleNamespace,
) -> None:
    tab = live(shop, "/admin/board/")
    everything = tab.locator("a.ticket").count()
    tab.get_by_text("Product", exact=True).click()
    tab.get_by_label("Product contains").fill("design 1.1")
    tab.get_by_role("button", name="Set").last.click()
    tab.wait_for_url("**product=design**")
    assert tab.locator("a.ticket").count() < everything
    tab.get_by_role("link", name="Product design 1.1").click()
    expect(tab.locator("a.ticket")).to_have_count(everything)
    tab.wait_for_load_state()  # the keys come with the page's last script
    tab.keyboard.press("/")
    tab.keyboard.type(shop.number)
    tab.keyboard.press("Enter")
    tab.wait_for_url(f"**/admin/job/{shop.number}")


@pytest.mark.extended
def test_no_page_has_an_accessibility_fault_or_spills(shop: SimpleNamespace) -> None:
    tab = shop.tab
    paths = list(PAGES.values())
    for path in ("/admin/events/", "/admin/dead-letters/"):
        tab.goto(shop.url + path)
        paths.append(tab.get_attribute("tbody td.at-lead a", "href"))
    found = []
    for number, path in enumerate(paths):
        tab.emulate_media(color_scheme=("light", "dark")[number % 2])
        tab.goto(shop.url + path)
        found += accessibility.faults(tab)
    assert found == []
