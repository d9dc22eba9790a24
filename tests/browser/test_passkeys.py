"""A passkey in a real browser, by the browser's own virtual authenticator: added, used, refused, removed."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest

from app.accounts.verbs import create_staff
from app.core import settings
from app.core.actor import system
from tests.browser import accessibility
from tests.browser.live_shop import LiveShop
from tests.browser.live_updates import ADDRESS, PASSWORD
from tests.notify.conftest import MailServer

pytestmark = [pytest.mark.browser, pytest.mark.extended]
PHONE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def shop(live_shop: LiveShop) -> str:
    """The shop at a host name, with an owner; gives its address."""
    url = live_shop.url.replace("127.0.0.1", "localhost")
    settings.use(settings.current().model_copy(update={"base_url": url}))
    with live_shop.inside():
        create_staff(None, ADDRESS, "Olive", ["owner"], actor=system("cli"), password=PASSWORD)
    return url


def press(tab: Any, name: str) -> None:
    tab.get_by_role("button", name=name, exact=True).click()


def sign_in(tab: Any, shop: str) -> None:
    tab.goto(f"{shop}/admin/sign-in")
    tab.get_by_label("E-mail address").fill(ADDRESS)
    tab.get_by_label("Password").fill(PASSWORD)
    press(tab, "Sign in")


def sign_out(tab: Any, shop: str) -> None:
    tab.context.clear_cookies()
    tab.goto(f"{shop}/admin/sign-in")


def letters(live_shop: LiveShop, mail: MailServer) -> list[str]:
    """Send what is due; return all letters to Olive so far, as text."""
    live_shop.work()
    parsed = [message_from_bytes(one.content, policy=default) for one in mail.arrived]
    return [body.get_content() for one in parsed if (body := one.get_body(("plain",)))]


def test_a_passkey_is_added_signs_in_alone_and_after_the_password_and_is_removed(
    shop: str, tab: Any, live_shop: LiveShop, mail: MailServer
) -> None:
    devtools = tab.context.new_cdp_session(tab)
    devtools.send("WebAuthn.enable")
    made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": PHONE})
    sign_in(tab, shop)
    tab.wait_for_url("**/admin/")
    tab.goto(f"{shop}/admin/account/sign-in")
    add = tab.locator("form[data-passkey]")
    assert "Chrome on Linux" in add.get_by_label("Name of the new passkey").input_value()
    add.get_by_label("Name of the new passkey").fill("Olive's laptop")

    add.get_by_label("Current password").fill("not my password")
    press(tab, "Add passkey")
    add.get_by_text("This is not your current password.").wait_for()
    add.get_by_label("Current password").fill(PASSWORD)
    press(tab, "Add passkey")
    tab.get_by_text("These codes are shown only once.").wait_for()
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    press(tab, "Copy")
    press(tab, "Copied")
    tab.get_by_role("link", name="I've saved them").click()
    tab.locator("td", has_text="Olive's laptop").wait_for()

    assert accessibility.faults(tab, impacts=accessibility.WORST) == []

    # the same device is not asked twice
    add.get_by_label("Current password").fill(PASSWORD)
    press(tab, "Add passkey")
    add.get_by_text("This device already has a passkey for your account.").wait_for()

    sign_out(tab, shop)
    assert accessibility.faults(tab, impacts=accessibility.WORST) == []
    press(tab, "Sign in with a passkey")
    tab.wait_for_url("**/admin/")

    sign_out(tab, shop)
    sign_in(tab, shop)
    tab.wait_for_url("**/admin/sign-in/code*")
    assert accessibility.faults(tab, impacts=accessibility.WORST) == []
    press(tab, "Use a passkey")
    tab.wait_for_url("**/admin/")

    # nobody's finger, face or PIN
    sign_out(tab, shop)
    named = {"authenticatorId": made["authenticatorId"]}
    devtools.send("WebAuthn.setUserVerified", {**named, "isUserVerified": False})
    press(tab, "Sign in with a passkey")
    tab.get_by_role("alert").get_by_text("No passkey was used").wait_for()
    devtools.send("WebAuthn.setUserVerified", {**named, "isUserVerified": True})
    press(tab, "Sign in with a passkey")
    tab.wait_for_url("**/admin/")

    tab.goto(f"{shop}/admin/account/sign-in")
    press(tab, "Remove…")
    dialog = tab.locator("dialog[open]")
    dialog.get_by_label("Current password").fill(PASSWORD)
    dialog.get_by_role("button", name="Remove", exact=True).click()
    tab.get_by_text("The passkey is removed.").wait_for()
    told = letters(live_shop, mail)
    assert [sum(word in one for one in told) for word in ("Passkey added", "Passkey removed")] == [
        1,
        1,
    ]
    sign_out(tab, shop)
    press(tab, "Sign in with a passkey")
    tab.get_by_text("This passkey isn't registered here.").wait_for()
