"""The scripts of the page frames, in a real Chromium under the real content security policy."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, g, render_template_string, request
from playwright.sync_api import expect

from tests.browser import accessibility
from tests.browser.serving import served, watched_page
from tests.core.backoffice_shop import WREN

pytestmark = pytest.mark.browser

PAGE = """
{% extends "shell/backoffice.html" %}
{% block title %}Try it{% endblock %}
{% block content %}
{{ ui.button_form("/slow", "Count one", version=3) }}
{{ ui.button_form("/slow", "Cancel order", confirm="Cancel order MR-1?", more="138 are printed.",
                  yes="Cancel the order", no="Keep the order") }}
{{ ui.open_dialog("note", "Write a note") }}
{% call ui.dialog("note", "A note") %}<label>Text <input name="note"></label>{% endcall %}
<div id="part" hx-get="/part" hx-trigger="live from:body">part 0</div>
<div id="refused"><button class="btn" hx-post="/refused" hx-target="#refused">Ask</button></div>
{% endblock %}
"""


def small_shop(application: Flask) -> tuple[Flask, SimpleNamespace]:
    """Return an application with one page and the counters of what reached it."""
    from app.core.actor import Actor
    from app.core.errors import WrongState
    from app.core.settings import ROOT
    from app.core.web import init_app

    root = str(ROOT / "templates")
    own = Flask("app", template_folder=root, static_folder=str(ROOT / "app" / "static"))
    own.config.update(application.config, SESSION_COOKIE_SECURE=False)
    own.config["SESSION_COOKIE_NAME"] = "makeready"
    seen = SimpleNamespace(sent=[], parts=0)
    init_app(own)

    @own.before_request
    def who() -> None:
        g.actor = Actor("staff", WREN, "Wren Applecote", "backoffice", frozenset())

    @own.get("/admin/")
    def page() -> str:
        return render_template_string(PAGE)

    @own.post("/slow")
    def slow() -> str:
        seen.sent.append(request.form.get("version_id"))
        time.sleep(0.3)  # long enough for a second click to be on its way
        return render_template_string(PAGE)

    @own.get("/part")
    def part() -> str:
        seen.parts += 1
        return f"part {seen.parts}"

    @own.post("/refused")
    def refused() -> str:
        raise WrongState("The order is closed.", next_step="Load the page again.")

    return own, seen


@pytest.fixture(scope="module")
def small(application: Flask) -> Iterator[SimpleNamespace]:
    own, seen = small_shop(application)
    with served(own) as url:
        yield SimpleNamespace(url=f"{url}/admin/", seen=seen)


@pytest.fixture(scope="module")
def browser(chromium: Any) -> Iterator[Any]:
    """One browser that has read the scripts already; each test has a tab of its own."""
    context = chromium.new_context()
    yield context
    context.close()


@pytest.fixture
def page(browser: Any, small: SimpleNamespace) -> Iterator[Any]:
    """The page, opened; a breach of the security policy or a script's fault fails the test."""
    small.seen.sent.clear()
    with watched_page(browser) as tab:
        tab.line = []
        tab.route_web_socket(lambda url: "/ws" in url, lambda socket: tab.line.append(socket))
        tab.goto(small.url)
        yield tab


def test_a_double_click_sends_once(page: Any, small: SimpleNamespace) -> None:
    page.get_by_role("button", name="Count one").dblclick(no_wait_after=True)
    page.wait_for_url("**/slow")
    assert small.seen.sent == ["3"]


def test_what_asks_first_is_sent_only_after_the_yes(page: Any, small: SimpleNamespace) -> None:
    button = page.get_by_role("button", name="Cancel order", exact=True)
    button.click()
    assert page.get_by_role("dialog").get_by_text("138 are printed.").is_visible()
    page.get_by_role("button", name="Keep the order").click()
    assert small.seen.sent == []
    button.click()
    page.get_by_role("button", name="Cancel the order").click()
    page.wait_for_url("**/slow")
    assert len(small.seen.sent) == 1


def test_a_slash_goes_to_the_search_and_types_itself_inside_a_field(page: Any) -> None:
    page.keyboard.press("/")
    search = page.get_by_role("searchbox")
    assert search.evaluate("field => field === document.activeElement")
    page.keyboard.type("a/b")
    assert search.input_value() == "a/b"


def test_a_question_mark_shows_the_keys_and_escape_closes_them(page: Any) -> None:
    page.keyboard.press("?")
    assert page.get_by_role("dialog", name="Keyboard shortcuts").is_visible()
    page.keyboard.press("Escape")
    assert page.get_by_role("dialog", name="Keyboard shortcuts").count() == 0


def test_a_dialog_opens_holds_the_focus_and_closes(page: Any) -> None:
    page.get_by_role("button", name="Write a note").click()
    dialog = page.get_by_role("dialog", name="A note")
    assert dialog.is_visible()
    dialog.get_by_role("button", name="Close").click()
    assert not page.locator("#note").is_visible()


def test_the_chosen_theme_is_there_before_the_first_paint_of_the_next_page(page: Any) -> None:
    page.get_by_label("Your menu").click()
    page.get_by_role("button", name="Dark").click()
    page.reload()
    assert 'data-theme="dark"' in page.content()[:200]


def test_a_ping_makes_the_fragment_fetch_itself_again(page: Any, small: SimpleNamespace) -> None:
    page.wait_for_selector("[data-live-dot]:not([hidden])")
    assert page.locator("[data-live-dot]").inner_text() == "Live"
    before = page.locator("#part").inner_text()
    page.line[-1].send(json.dumps({"stream": "x", "name": "order.placed"}))
    expect(page.locator("#part")).not_to_have_text(before, use_inner_text=True)


def test_a_broken_line_says_so_and_comes_back_by_itself(page: Any) -> None:
    page.wait_for_selector("[data-live-dot]:not([hidden])")
    page.line[-1].close()
    page.wait_for_selector(".live.off")
    page.wait_for_selector(".live:not(.off)")
    assert len(page.line) == 2


def test_a_refused_fragment_says_why_in_the_notices(page: Any) -> None:
    page.get_by_role("button", name="Ask").click()
    page.wait_for_selector("#notices .notice")
    assert page.locator("#notices").inner_text() == "The order is closed. Load the page again."
    assert page.get_by_role("button", name="Ask").is_visible()


def test_the_frame_has_no_accessibility_fault(page: Any) -> None:
    assert accessibility.faults(page) == []
