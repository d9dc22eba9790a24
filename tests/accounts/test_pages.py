"""Staff and roles in the back office, and who one is at which door."""

from __future__ import annotations

from typing import Any

import pytest

from app.accounts.services.links import issue_link
from app.accounts.services.sessions import start_session
from app.accounts.services.staff import find_staff
from app.core.verbs import VERBS, verbs_of
from tests.accounts.conftest import Browser, csrf_token, events

STAFF = "/admin/staff/"


def details(person: Any) -> str:
    return f"{STAFF}details/?id={person.id}"


def test_only_an_owner_opens_the_staff_pages(
    browser: Browser, other_browser: Browser, take_on: Any, owner: Any
) -> None:
    ines = take_on("ines", "sales", "finance")
    browser.sign_in("olive@example.com")
    assert "ines@example.com" in browser.get(STAFF).text
    other_browser.sign_in("ines@example.com")
    for path in (STAFF, f"{STAFF}new/", details(owner)):
        assert other_browser.get(path).status_code == 403
    (first, *_) = events("access.denied")
    assert (first.actor_id, first.data["path"]) == (ines.id, STAFF)


def test_somebody_is_added_once_through_the_page(browser: Browser, owner: Any) -> None:
    browser.sign_in("olive@example.com")
    page = browser.get(f"{STAFF}new/").text
    form = {"name": "Bo", "email": "bo@example.com", "roles": ["planner", "quality"]}
    form |= {"timezone": "Europe/London", "csrf_token": csrf_token(page), "idempotency_key": "k"}
    for answer in [
        browser.client.post(f"{STAFF}new/", data=form, environ_base=browser.environ)
        for _ in range(2)
    ]:
        assert answer.status_code in (200, 302)
    person = find_staff("bo@example.com")
    assert person is not None
    assert person.roles == ("planner", "quality")
    (event,) = events("staff.created")[1:]
    assert (event.actor_id, event.door) == (owner.id, "backoffice")
    again = browser.post(f"{STAFF}new/", form | {"idempotency_key": "another"})
    assert "Already exists." in again.text


def test_a_wrong_field_of_a_new_person_is_marked_and_nobody_is_added(
    browser: Browser, owner: Any
) -> None:
    browser.sign_in("olive@example.com")
    form = {"name": "Bo", "email": "bo@example.com", "timezone": "Europe/London"}
    answer = browser.post(f"{STAFF}new/", form)
    assert "Choose at least one role" in answer.text
    assert find_staff("bo@example.com") is None


def test_roles_are_changed_and_a_person_disabled_through_the_page(
    browser: Browser, other_browser: Browser, take_on: Any, owner: Any
) -> None:
    ines = take_on("ines", "sales")
    browser.sign_in("olive@example.com")
    other_browser.sign_in("ines@example.com")
    page = details(ines)
    version = {"version_id": str(ines.version_id)}

    def press(verb: str, form: dict[str, Any], status: int = 303) -> str:
        answer = browser.post(f"{STAFF}{ines.id}/{verb}", form, on=page)
        assert answer.status_code == status
        return answer.text if status != 303 else browser.get(page).text

    press("change_roles", version | {"roles": ["finance"]})
    assert ines.roles == ("finance",)
    stale = press("change_roles", version | {"roles": ["quality"]}, 409)
    assert ines.roles == ("finance",)
    assert "Someone else changed this" in stale
    press("disable_staff", {"version_id": str(ines.version_id)})
    assert other_browser.get("/admin/account").status_code == 303
    assert "already disabled" in press("disable_staff", {"version_id": str(ines.version_id)}, 409)
    assert len(events("staff.disabled")) == 1
    assert "ines@example.com" in browser.get(f"{STAFF}?flt0_disabled_equals=1").text
    assert "ines@example.com" not in browser.get(f"{STAFF}?flt0_disabled_equals=0").text


def test_the_only_owner_is_told_why_they_can_not_be_disabled(browser: Browser, owner: Any) -> None:
    browser.sign_in("olive@example.com")
    assert "is the only owner" in browser.get(details(owner)).text


def test_a_session_of_somebody_is_ended_through_the_page(
    browser: Browser, take_on: Any, owner: Any
) -> None:
    ines = take_on("ines", "sales")
    session_id = start_session(
        ines, ip="203.0.113.9", user_agent="Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"
    ).session.id
    browser.sign_in("olive@example.com")
    page = details(ines)
    assert "Firefox on Linux" in browser.get(page).text
    browser.post(f"{STAFF}{ines.id}/end_session", {"session_id": str(session_id)}, on=page)
    assert "Firefox on Linux" not in browser.get(page).text


def test_nobody_chooses_somebody_elses_password(browser: Browser, take_on: Any, owner: Any) -> None:
    ines = take_on("ines", "sales")
    browser.sign_in("olive@example.com")
    offered = {key for kind, key in VERBS if kind == "staff" and "password" in key}
    assert offered == {"send_password_link"}
    assert browser.post(f"{STAFF}{ines.id}/set_password", on=details(ines)).status_code == 404


def test_nothing_is_changed_without_the_pages_token(browser: Browser, take_on: Any) -> None:
    owner = take_on("olive", "owner")
    ines = take_on("ines", "sales")
    browser.sign_in(owner.email)
    for verb in verbs_of("staff", "staff"):
        answer = browser.client.post(f"{STAFF}{ines.id}/{verb.key}", data={"roles": ["owner"]})
        assert answer.status_code == 400
    assert ines.roles == ("sales",)
    assert not ines.is_disabled


def test_everybody_of_the_shop_may_read_the_matrix(browser: Browser, take_on: Any) -> None:
    take_on("omar", "operator")
    browser.sign_in("omar@example.com")
    page = browser.get("/admin/roles/")
    assert page.status_code == 200
    assert "Run operations" in page.text


@pytest.mark.parametrize("path", ["not-an-id", "00000000-0000-0000-0000-000000000000"])
def test_a_wrong_id_is_not_found(browser: Browser, owner: Any, path: str) -> None:
    browser.sign_in("olive@example.com")
    assert browser.get(f"{STAFF}details/?id={path}").status_code == 404


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
