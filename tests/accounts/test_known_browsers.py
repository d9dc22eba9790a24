"""Tries counted by account and network; a browser that its person has used before is counted by itself."""

from __future__ import annotations

from typing import Any

import pytest

from app.accounts.models import network_of
from app.accounts.services.attempts import begin_attempt
from app.accounts.services.resets import set_password
from app.accounts.services.staff import staff_actor
from app.core.db import db
from tests.accounts.conftest import Browser, events


def test_wrong_tries_from_many_networks_make_strange_browsers_wait_and_not_the_known_one(
    browser: Browser, other_browser: Browser, take_on: Any
) -> None:
    take_on("ines", "sales")
    browser.sign_in("ines@example.com")
    browser.client.delete_cookie("makeready")
    for number in range(20):
        attempt(f"192.0.2.{number}", "ines@example.com")
    assert other_browser.sign_in("ines@example.com").status_code == 429
    assert browser.sign_in("ines@example.com").status_code == 303


def test_a_known_browser_is_known_for_its_person_alone_and_makes_five_tries_too(
    browser: Browser, take_on: Any
) -> None:
    take_on("ines", "sales"), take_on("bo", "sales")
    browser.sign_in("ines@example.com")
    browser.client.delete_cookie("makeready")
    for number in range(20):
        attempt(f"192.0.2.{number}", "bo@example.com")
    assert browser.sign_in("bo@example.com").status_code == 429
    for _ in range(5):
        assert browser.sign_in("ines@example.com", "wrong password").status_code == 401
    assert browser.sign_in("ines@example.com").status_code == 429


def test_a_browser_s_cookie_that_we_did_not_sign_makes_no_browser_known(
    browser: Browser, other_browser: Browser, take_on: Any
) -> None:
    take_on("ines", "sales")
    browser.sign_in("ines@example.com")
    signed = browser.client.get_cookie("makeready_browser").value
    for number in range(20):
        attempt(f"192.0.2.{number}", "ines@example.com")
    other_browser.client.set_cookie("makeready_browser", signed[:-3] + "abc")
    assert other_browser.sign_in("ines@example.com").status_code == 429


def test_the_addresses_of_one_ipv6_network_are_counted_together(
    app: Any, session: Any, take_on: Any
) -> None:
    take_on("ines", "sales")
    for number in range(5):
        attempt(f"2001:db8:1:2::{number:x}", "ines@example.com")
    same, other = (
        Browser(app.test_client(), ip) for ip in ("2001:db8:1:2:ffff::9", "2001:db8:1:3::1")
    )
    assert same.sign_in("ines@example.com").status_code == 429
    assert other.sign_in("ines@example.com").status_code == 303


@pytest.mark.parametrize(
    ("ip", "network"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", ""),
    ],
)
def test_tries_are_counted_by_network(ip: str, network: str) -> None:
    assert network_of(ip) == network


def test_a_sign_in_from_a_new_browser_is_told_once(
    browser: Browser, other_browser: Browser, take_on: Any
) -> None:
    ines = take_on("ines", "sales")
    for _ in range(2):
        browser.sign_in("ines@example.com")
        browser.client.delete_cookie("makeready")
    (event,) = events("staff.new_browser")
    assert (event.stream_id, event.data["ip"]) == (ines.id, "198.51.100.7")
    other_browser.sign_in("ines@example.com")
    assert len(events("staff.new_browser")) == 2


def test_a_changed_password_forgets_the_browsers_that_knew_the_former_one(
    browser: Browser, take_on: Any
) -> None:
    ines = take_on("ines", "sales")
    browser.sign_in("ines@example.com")
    set_password(ines, "another long password", staff_actor(ines))
    browser.sign_in("ines@example.com", "another long password")
    assert len(events("staff.new_browser")) == 2


def attempt(ip: str, email: str, kind: str = "password") -> None:
    begin_attempt(kind, email, ip=ip)
    db.session.commit()
