"""Staff and roles in the back office, and who one is at which door."""

from __future__ import annotations

from typing import Any

import pytest

from app.accounts.services import find_staff, issue_link, start_session
from tests.accounts.conftest import Browser, events

STAFF = "/admin/staff/"


def test_only_an_owner_opens_the_staff_pages(
    browser: Browser, other_browser: Browser, take_on: Any, owner: Any
) -> None:
    ines = take_on("ines", "sales", "finance")
    browser.sign_in("olive@example.com")
    assert "ines@example.com" in browser.get(STAFF).text
    other_browser.sign_in("ines@example.com")
    for path in (STAFF, f"{STAFF}new", f"{STAFF}{owner.id}"):
        assert other_browser.get(path).status_code == 403
    (first, *_) = events("access.denied")
    assert (first.actor_id, first.data["path"]) == (ines.id, STAFF)


def test_somebody_is_taken_on_through_the_page(browser: Browser, owner: Any) -> None:
    browser.sign_in("olive@example.com")
    form = {"name": "Bo", "email": "bo@example.com", "roles": ["planner", "quality"]}
    answer = browser.post(f"{STAFF}new", form | {"timezone": "Europe/London"})
    assert answer.status_code == 303
    person = find_staff("bo@example.com")
    assert person is not None
    assert person.roles == ("planner", "quality")
    (event,) = events("staff.created")[1:]
    assert (event.actor_id, event.door) == (owner.id, "backoffice")
    again = browser.post(f"{STAFF}new", form | {"timezone": "Europe/London"})
    assert again.status_code == 409
    assert "is in the list already" in again.text


def test_roles_are_changed_and_a_person_disabled_through_the_page(
    browser: Browser, other_browser: Browser, take_on: Any, owner: Any
) -> None:
    ines = take_on("ines", "sales")
    browser.sign_in("olive@example.com")
    other_browser.sign_in("ines@example.com")
    page = f"{STAFF}{ines.id}"
    version = {"version_id": str(ines.version_id)}
    browser.post(f"{page}/roles", version | {"roles": ["finance"]}, on=page)
    assert ines.roles == ("finance",)
    stale = browser.post(f"{page}/roles", version | {"roles": ["quality"]}, on=page)
    assert (stale.status_code, "Somebody else changed Ines" in stale.text) == (409, True)
    browser.post(f"{page}/disable", {"version_id": str(ines.version_id)}, on=page)
    assert other_browser.get("/admin/account").status_code == 303
    twice = browser.post(f"{page}/disable", {"version_id": str(ines.version_id)}, on=page)
    assert twice.status_code == 409
    assert len(events("staff.disabled")) == 1
    assert "ines@example.com" in browser.get(f"{STAFF}?disabled=1").text


def test_a_session_of_somebody_is_ended_through_the_page(
    browser: Browser, take_on: Any, owner: Any
) -> None:
    ines = take_on("ines", "sales")
    session_id = start_session(
        ines, ip="203.0.113.9", user_agent="Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"
    ).session.id
    browser.sign_in("olive@example.com")
    page = f"{STAFF}{ines.id}"
    assert "Firefox on Linux" in browser.get(page).text
    browser.post(f"{page}/sessions/{session_id}/end", on=page)
    assert "Firefox on Linux" not in browser.get(page).text


def test_nothing_is_changed_without_the_pages_token(browser: Browser, take_on: Any) -> None:
    owner = take_on("olive", "owner")
    ines = take_on("ines", "sales")
    browser.sign_in(owner.email)
    for what in ("roles", "disable", "password-link"):
        answer = browser.client.post(f"{STAFF}{ines.id}/{what}", data={"roles": ["owner"]})
        assert answer.status_code == 400
    assert ines.roles == ("sales",)
    assert not ines.is_disabled


def test_everybody_of_the_shop_may_read_the_matrix(browser: Browser, take_on: Any) -> None:
    take_on("omar", "operator")
    browser.sign_in("omar@example.com")
    page = browser.get("/admin/roles/")
    assert page.status_code == 200
    assert "Run operations at a station" in page.text


@pytest.mark.parametrize("path", ["not-an-id", "00000000-0000-0000-0000-000000000000"])
def test_a_wrong_id_is_not_found(browser: Browser, owner: Any, path: str) -> None:
    browser.sign_in("olive@example.com")
    assert browser.get(f"{STAFF}{path}").status_code == 404


def test_a_stranger_is_a_customer_without_any_right(browser: Browser, session: Any) -> None:
    assert browser.get("/who").text == "customer portal A visitor"


def test_outside_the_back_office_a_link_counts_before_a_sign_in(
    browser: Browser, take_on: Any, order_id: Any, engineer: Any
) -> None:
    take_on("ines", "sales")
    browser.sign_in("ines@example.com")
    assert browser.get("/who").text == "staff backoffice Ines"
    token = issue_link(order_id, "Anna Example", actor=engineer)
    browser.get(f"/t/{token}")
    assert browser.get("/who").text == "customer link Anna Example"
    assert browser.get("/admin/account").status_code == 200
