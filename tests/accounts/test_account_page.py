"""One's own account: profile, password, browsers."""

from __future__ import annotations

from typing import Any

import pytest

from app.accounts import passwords
from app.accounts.services.sessions import open_sessions, start_session
from app.accounts.services.staff import staff_actor
from app.accounts.verbs import end_session
from app.core.errors import AlreadyDone, NotAllowed
from tests.accounts.conftest import PASSWORD, Browser, events

ACCOUNT = "/admin/account"
NEW = "another long password"


def test_time_zone_and_theme_are_kept_and_hold_at_once(browser: Browser, take_on: Any) -> None:
    ines = take_on("ines", "sales")
    browser.sign_in("ines@example.com")
    answer = browser.post(
        f"{ACCOUNT}/profile",
        {"name": "Ines Okoro", "timezone": "Asia/Tokyo", "theme": "dark"},
        on=ACCOUNT,
    )
    assert answer.status_code == 303
    assert (ines.name, ines.timezone, ines.theme) == ("Ines Okoro", "Asia/Tokyo", "dark")
    page = browser.get(ACCOUNT).text
    assert 'data-theme="dark"' in page
    assert "JST" in page


def test_an_unknown_zone_is_said_at_its_field(browser: Browser, take_on: Any) -> None:
    take_on("ines", "sales")
    browser.sign_in("ines@example.com")
    answer = browser.post(f"{ACCOUNT}/profile", {"timezone": "Mars/Base"}, on=ACCOUNT)
    assert answer.status_code == 422
    assert "There is no time zone “Mars/Base”." in answer.text


def test_a_new_password_keeps_this_browser_and_ends_the_others(
    browser: Browser, other_browser: Browser, take_on: Any
) -> None:
    ines = take_on("ines", "sales")
    browser.sign_in("ines@example.com")
    other_browser.sign_in("ines@example.com")
    before = browser.client.get_cookie("makeready").value
    answer = browser.post(
        f"{ACCOUNT}/password", {"current": PASSWORD, "password": NEW, "again": NEW}, on=ACCOUNT
    )
    assert answer.status_code == 303
    assert passwords.fits(NEW, ines.password_hash)
    assert browser.get(ACCOUNT).status_code == 200
    assert other_browser.get(ACCOUNT).status_code == 303
    browser.client.set_cookie("makeready", before)
    assert browser.get(ACCOUNT).status_code == 303


def test_the_present_password_is_asked_for_and_guessed_five_times_at_most(
    browser: Browser, take_on: Any
) -> None:
    ines = take_on("ines", "sales")
    browser.sign_in("ines@example.com")
    form = {"current": "a wrong guess", "password": NEW, "again": NEW}
    for _ in range(5):
        answer = browser.post(f"{ACCOUNT}/password", form, on=ACCOUNT)
        assert answer.status_code == 422
        assert "This is not your current password." in answer.text
    answer = browser.post(f"{ACCOUNT}/password", form | {"current": PASSWORD}, on=ACCOUNT)
    assert answer.status_code == 429
    assert passwords.fits(PASSWORD, ines.password_hash)


def test_one_of_ones_browsers_is_signed_out_from_another(
    browser: Browser, other_browser: Browser, take_on: Any
) -> None:
    ines = take_on("ines", "sales")
    other_browser.sign_in("ines@example.com")
    (other,) = open_sessions(ines.id)
    browser.sign_in("ines@example.com")
    path, form = f"{ACCOUNT}/end-session", {"session_id": str(other.id)}
    assert browser.post(path, form, on=ACCOUNT).status_code == 303
    assert other_browser.get(ACCOUNT).status_code == 303
    assert browser.get(ACCOUNT).status_code == 200
    (event,) = events("staff.session_revoked")
    assert (event.subject_id, event.actor_id) == (other.id, ines.id)
    assert browser.post(path, form, on=ACCOUNT).status_code == 409


def test_all_other_browsers_at_once(browser: Browser, other_browser: Browser, take_on: Any) -> None:
    ines = take_on("ines", "sales")
    other_browser.sign_in("ines@example.com")
    browser.sign_in("ines@example.com")
    browser.post(f"{ACCOUNT}/end-other-sessions", on=ACCOUNT)
    assert other_browser.get(ACCOUNT).status_code == 303
    assert len(open_sessions(ines.id)) == 1


def test_somebody_elses_session_is_ended_by_an_owner_alone(take_on: Any, owner: Any) -> None:
    ines, bo = take_on("ines", "sales"), take_on("bo", "quality")
    signed = start_session(ines, ip="198.51.100.7", user_agent="")
    with pytest.raises(NotAllowed):
        end_session(ines.id, signed.session.id, actor=staff_actor(bo))
    end_session(ines.id, signed.session.id, actor=staff_actor(owner))
    with pytest.raises(AlreadyDone):
        end_session(ines.id, signed.session.id, actor=staff_actor(owner))
    assert len(events("staff.session_revoked")) == 1
