"""Passkeys: adding one, signing in with one with or without the password, and every answer that is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import structlog
from flask import Flask
from sqlalchemy import select, text

from app.accounts.models import SignInAttempt, StaffSession
from app.accounts.second_factor_models import Passkey, RecoveryCode
from app.accounts.services.passkeys import passkeys_of
from app.accounts.services.staff import staff_actor
from app.accounts.verbs import disable_staff, remove_passkey, reset_second_factor
from app.core import settings
from app.core.clock import now
from app.core.db import db
from app.core.errors import NotAllowed, NotFound
from tests.accounts.conftest import PASSWORD, Browser, csrf_token, events
from tests.accounts.soft_authenticator import SoftPasskey

ACCOUNT, PAGE, SIGN_IN, CODE = (
    "/admin/account", "/admin/account/sign-in", "/admin/sign-in", "/admin/sign-in/code",
)  # fmt: skip
ASK, ENTER = f"{SIGN_IN}/passkey/options", f"{SIGN_IN}/passkey"
SHOP = "http://localhost:8100"


@pytest.fixture
def shop_at(app: Flask) -> Iterator[Callable[[str], None]]:
    """Give the shop another address."""
    before = settings.current()
    yield lambda url: settings.use(before.model_copy(update={"base_url": url}))
    settings.use(before)


@pytest.fixture(autouse=True)
def named_shop(shop_at: Callable[[str], None]) -> None:
    shop_at(SHOP)


def asked(browser: Browser, path: str, page: str, **form: str) -> Any:
    """Ask as the page's script does; return the answer."""
    token = csrf_token(browser.get(page).text)
    return browser.client.post(
        path, data={"csrf_token": token, **form}, headers={"Accept": "application/json"},
        environ_base=browser.environ,
    )  # fmt: skip


def add(browser: Browser, passkey: SoftPasskey | None = None, **wrong: Any) -> Any:
    """Add a passkey as the page does; return the page that follows."""
    passkey = passkey or SoftPasskey(SHOP)
    options = asked(browser, f"{PAGE}/passkeys/options", PAGE, current=PASSWORD).json
    form = {"name": "Olive's phone", "answer": passkey.make(options, **wrong)}
    return browser.post(f"{PAGE}/passkeys", form, on=PAGE)


def enter(browser: Browser, passkey: SoftPasskey, page: str = SIGN_IN, **wrong: Any) -> Any:
    """Sign in with a passkey as the page does; return the answer."""
    more = {"step": "second"} if page == CODE else {}
    options = asked(browser, ASK, page, **more).json
    return browser.post(ENTER, {"answer": passkey.use(options, **wrong), **more}, on=page)


@pytest.fixture
def phone(browser: Browser, owner: Any) -> SoftPasskey:
    """Olive's passkey; the browser is signed out again."""
    passkey = SoftPasskey(SHOP)
    browser.sign_in("olive@example.com")
    assert add(browser, passkey).status_code == 200
    browser.post("/admin/sign-out", on=ACCOUNT)
    return passkey


def refused(answer: Any, sentence: str, reason: str) -> None:
    """The page says so, nobody is signed in by it, and the log says why."""
    assert (answer.status_code, sentence in answer.text) == (401, True), answer.text
    data = events("access.denied")[-1].data
    assert (data["what"], data["reason"]) == ("passkey", reason)


def test_a_first_passkey_comes_with_recovery_codes_and_a_second_without(
    browser: Browser, owner: Any
) -> None:
    browser.sign_in("olive@example.com")
    first = add(browser)
    assert first.text.count("<li>") >= 10 and "Recovery codes" in first.text
    assert owner.second_factor_at is not None
    second = add(browser)
    assert second.location == PAGE
    page = browser.get(PAGE).text
    assert page.count("Olive&#39;s phone") >= 2 and "Never" in page
    assert [event.data["passkey"] for event in events("staff.passkey_added")] != ["Olive's phone"]
    assert len(events("staff.passkey_added")) == 2


def test_a_passkey_signs_in_without_the_password(
    other_browser: Browser, phone: SoftPasskey, owner: Any
) -> None:
    answer = enter(other_browser, phone)
    assert answer.location == "/admin/"
    assert other_browser.get(ACCOUNT).status_code == 200
    (row,) = passkeys_of(owner.id)
    assert (row.sign_count, row.last_used_at is not None) == (1, True)
    assert events("staff.signed_in")[-1].data["method"] == "passkey"
    assert set(db.session.scalars(select(StaffSession.method))) == {"password", "passkey"}


def test_a_passkey_takes_the_place_of_the_code_after_the_password(
    other_browser: Browser, phone: SoftPasskey
) -> None:
    first = other_browser.sign_in("olive@example.com", next="/admin/staff/")
    assert first.location == f"{CODE}?next=/admin/staff/"
    page = other_browser.get(CODE).text
    assert "Use a passkey" in page and "authenticator app" not in page
    assert enter(other_browser, phone, CODE).status_code == 303
    assert other_browser.get(ACCOUNT).status_code == 200


def test_a_synced_passkey_that_counts_nothing_signs_in_again_and_again(
    browser: Browser, other_browser: Browser, owner: Any
) -> None:
    synced = SoftPasskey(SHOP, counts=False)
    browser.sign_in("olive@example.com")
    add(browser, synced)
    for _ in range(3):
        assert enter(other_browser, synced).status_code == 303
        other_browser.post("/admin/sign-out", on=ACCOUNT)


def test_a_passkey_alone_is_the_second_factor_that_a_role_must_have(
    browser: Browser, owner: Any
) -> None:
    browser.sign_in("olive@example.com")
    owner.second_factor_due_at = now() - timedelta(seconds=1)
    assert browser.get(ACCOUNT).location == PAGE
    add(browser)
    assert browser.get(ACCOUNT).status_code == 200


def test_a_passkey_is_made_only_by_whoever_knows_the_password(browser: Browser, owner: Any) -> None:
    browser.sign_in("olive@example.com")
    answer = asked(browser, f"{PAGE}/passkeys/options", PAGE, current="not my password")
    assert (answer.status_code, answer.json["field"]) == (422, "current")
    made = SoftPasskey(SHOP).make(
        {"challenge": "AAAA", "user": {"id": "AAAA"}, "rp": {"id": "localhost"}}
    )
    late = browser.post(f"{PAGE}/passkeys", {"name": "x", "answer": made}, on=PAGE)
    assert (late.status_code, "This took too long, or was sent twice." in late.text) == (422, True)
    assert passkeys_of(owner.id) == []


def test_the_form_of_a_new_passkey_sent_twice_adds_it_once_and_says_so(
    browser: Browser, owner: Any
) -> None:
    browser.sign_in("olive@example.com")
    options = asked(browser, f"{PAGE}/passkeys/options", PAGE, current=PASSWORD).json
    answer = SoftPasskey(SHOP).make(options)
    form = {"name": "Olive's phone", "answer": answer, "idempotency_key": "one form"}
    assert browser.post(f"{PAGE}/passkeys", form, on=PAGE).status_code == 200
    assert browser.post(f"{PAGE}/passkeys", form, on=PAGE).location == PAGE
    assert "If you didn&#39;t see the recovery codes, create new ones." in browser.get(PAGE).text
    assert len(passkeys_of(owner.id)) == len(events("staff.passkey_added")) == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"origin": "http://evil.example"}, "This passkey was used at another address"),
        ({"verified": False}, "Your device didn&#39;t check that it was you."),
        ({"rp_id": "evil.example"}, "This passkey didn&#39;t prove who you are."),
    ],
)
def test_a_new_passkey_that_proves_nothing_is_refused(
    browser: Browser, owner: Any, wrong: dict[str, Any], sentence: str
) -> None:
    browser.sign_in("olive@example.com")
    answer = add(browser, **wrong)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert passkeys_of(owner.id) == []


@pytest.mark.parametrize(
    ("wrong", "sentence", "reason"),
    [
        ({"origin": "http://localhost:1"}, "used at another address than the shop", "origin"),
        ({"rp_id": "evil.example"}, "didn&#39;t prove who you are", "signature"),
        ({"verified": False}, "didn&#39;t check that it was you", "unverified"),
        ({"owner": b"somebody else's"}, "belongs to another account", "other_person"),
    ],
)
def test_a_wrong_answer_signs_nobody_in(
    other_browser: Browser, phone: SoftPasskey, wrong: dict[str, Any], sentence: str, reason: str
) -> None:
    refused(enter(other_browser, phone, **wrong), sentence, reason)
    assert other_browser.get(ACCOUNT).status_code == 303


def test_an_answer_by_another_key_signs_nobody_in(
    other_browser: Browser, phone: SoftPasskey
) -> None:
    forger = SoftPasskey(SHOP)
    forger.id, forger.owner = phone.id, phone.owner
    refused(enter(other_browser, forger), "didn&#39;t prove who you are", "signature")


def test_an_answer_is_taken_once_even_with_the_cookie_that_it_came_with(
    other_browser: Browser, owner: Any, browser: Browser
) -> None:
    synced = SoftPasskey(SHOP, counts=False)
    browser.sign_in("olive@example.com")
    add(browser, synced)
    options = asked(other_browser, ASK, SIGN_IN).json
    cookie = other_browser.client.get_cookie("makeready").value
    form = {"answer": synced.use(options)}
    assert other_browser.post(ENTER, form, on=SIGN_IN).status_code == 303
    other_browser.post("/admin/sign-out", on=ACCOUNT)
    again = other_browser.post(ENTER, form, on=SIGN_IN)
    refused(again, "This took too long, or was sent twice.", "challenge")
    other_browser.client.set_cookie("makeready", cookie)
    form["csrf_token"] = csrf_token(other_browser.get(SIGN_IN).text)
    replayed = other_browser.client.post(ENTER, data=form, environ_base=other_browser.environ)
    refused(replayed, "This took too long, or was sent twice.", "challenge")


def test_a_challenge_is_answered_once_also_where_the_answer_was_wrong(
    other_browser: Browser, phone: SoftPasskey
) -> None:
    options = asked(other_browser, ASK, SIGN_IN).json
    wrong = {"answer": phone.use(options, verified=False)}
    refused(other_browser.post(ENTER, wrong, on=SIGN_IN), "didn&#39;t check", "unverified")
    right = {"answer": phone.use(options)}
    refused(other_browser.post(ENTER, right, on=SIGN_IN), "This took too long", "challenge")


def test_an_answer_to_another_challenge_or_after_five_minutes_is_refused(
    other_browser: Browser, phone: SoftPasskey, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = asked(other_browser, ASK, SIGN_IN).json
    asked(other_browser, ASK, SIGN_IN)
    answer = other_browser.post(ENTER, {"answer": phone.use(older)}, on=SIGN_IN)
    refused(answer, "This took too long", "challenge")
    options = asked(other_browser, ASK, SIGN_IN).json
    later = now() + timedelta(minutes=6)
    monkeypatch.setattr("app.accounts.doors.challenge.now", lambda: later)
    answer = other_browser.post(ENTER, {"answer": phone.use(options)}, on=SIGN_IN)
    refused(answer, "This took too long", "challenge")


def test_a_count_that_goes_back_is_refused_as_a_copy(
    other_browser: Browser, phone: SoftPasskey
) -> None:
    phone.count = 41
    assert enter(other_browser, phone).status_code == 303
    other_browser.post("/admin/sign-out", on=ACCOUNT)
    for count in (42, 41, 0):
        answer = enter(other_browser, phone, count=count)
        refused(answer, "This passkey may have been copied", "sign_count")
    phone.count = 42
    assert enter(other_browser, phone).status_code == 303


def test_after_one_person_s_password_another_s_passkey_is_refused(
    other_browser: Browser, browser: Browser, phone: SoftPasskey, take_on: Any
) -> None:
    take_on("oscar", "owner")
    browser.sign_in("oscar@example.com")
    add(browser, SoftPasskey(SHOP))
    other_browser.sign_in("oscar@example.com")
    answer = enter(other_browser, phone, CODE)
    refused(answer, "This passkey belongs to another account.", "other_person")
    assert "Second factor" in answer.text


def test_a_registered_passkey_is_not_registered_for_another_person(
    browser: Browser, phone: SoftPasskey, take_on: Any
) -> None:
    oscar = take_on("oscar", "owner")
    browser.sign_in("oscar@example.com")
    answer = add(browser, phone)
    assert (answer.status_code, "already registered" in answer.text) == (409, True)
    assert passkeys_of(oscar.id) == []


def test_a_disabled_person_s_passkey_opens_nothing(
    browser: Browser, other_browser: Browser, take_on: Any, engineer: Any
) -> None:
    bo = take_on("bo", "sales")
    browser.sign_in("bo@example.com")
    passkey = SoftPasskey(SHOP)
    add(browser, passkey)
    disable_staff(bo.id, actor=engineer)
    refused(enter(other_browser, passkey), "This passkey isn&#39;t registered here.", "unknown")


def test_a_removed_passkey_opens_nothing_and_the_role_is_asked_for_another_factor(
    browser: Browser, other_browser: Browser, owner: Any
) -> None:
    passkey = SoftPasskey(SHOP)
    browser.sign_in("olive@example.com")
    add(browser, passkey)
    (row,) = passkeys_of(owner.id)
    form = {"passkey_id": str(row.id), "current": "not my password"}
    assert browser.post(f"{PAGE}/passkeys/remove", form, on=PAGE).status_code == 422
    form["current"] = PASSWORD
    assert browser.post(f"{PAGE}/passkeys/remove", form, on=PAGE).location == PAGE
    refused(enter(other_browser, passkey), "This passkey isn&#39;t registered here.", "unknown")
    assert owner.second_factor_at is None and browser.get(ACCOUNT).location == PAGE
    assert len(events("staff.passkey_removed")) == 1
    assert db.session.scalars(select(RecoveryCode)).all() == []


def test_nobody_removes_another_person_s_passkey(
    phone: SoftPasskey, owner: Any, take_on: Any
) -> None:
    oscar = take_on("oscar", "owner")
    (row,) = passkeys_of(owner.id)
    with pytest.raises(NotAllowed):
        remove_passkey(owner.id, row.id, actor=staff_actor(oscar))
    with pytest.raises(NotFound):
        remove_passkey(oscar.id, row.id, actor=staff_actor(oscar))


def test_an_owner_s_reset_takes_the_passkeys_too(
    other_browser: Browser, phone: SoftPasskey, owner: Any, take_on: Any
) -> None:
    reset_second_factor(owner.id, actor=staff_actor(take_on("oscar", "owner")))
    assert passkeys_of(owner.id) == [] and owner.second_factor_at is None
    refused(enter(other_browser, phone), "This passkey isn&#39;t registered here.", "unknown")


def test_many_wrong_answers_make_even_the_right_one_wait(
    other_browser: Browser, phone: SoftPasskey
) -> None:
    for _ in range(5):
        assert enter(other_browser, phone, verified=False).status_code == 401
    with structlog.testing.capture_logs() as logged:
        assert enter(other_browser, phone).status_code == 429
    (found,) = [one for one in logged if one["event"] == "sign_in.refused"]
    assert (found["kind"], found["ip"]) == ("passkey", "203.0.113.9")
    kinds = set(db.session.scalars(select(SignInAttempt.kind)))
    assert kinds == {"password", "passkey"}


@pytest.mark.parametrize(
    "answer",
    ["", "null", "[" * 60_000, "x" * 70_000, "{}", '{"rawId": 5}', '{"rawId": "é"}',
     '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "AA"}}',
     '{"id": "AA", "rawId": "AA", "type": "public-key", "response": 5}', "\x00"],
)  # fmt: skip
def test_what_is_no_answer_is_refused_with_a_sentence(
    browser: Browser, phone: SoftPasskey, answer: str
) -> None:
    asked(browser, ASK, SIGN_IN)
    said = browser.post(ENTER, {"answer": answer}, on=SIGN_IN)
    assert said.status_code == 401 and "passkey" in said.text
    browser.sign_in("olive@example.com")
    assert enter(browser, phone, CODE).status_code == 303
    asked(browser, f"{PAGE}/passkeys/options", PAGE, current=PASSWORD)
    said = browser.post(f"{PAGE}/passkeys", {"name": "x", "answer": answer}, on=PAGE)
    assert (said.status_code, "We couldn&#39;t read your browser" in said.text) == (422, True)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("http://127.0.0.1:8100", "Passkeys need a host name, such as localhost"),
        ("http://[::1]:8100", "Passkeys need a host name, such as localhost"),
        ("http://shop.example.com", "Passkeys need https"),
    ],
)
def test_where_the_address_takes_no_passkeys_the_page_says_why(
    browser: Browser, owner: Any, shop_at: Callable[[str], None], address: str, sentence: str
) -> None:
    shop_at(address)
    assert "Sign in with a passkey" not in browser.get(SIGN_IN).text
    browser.sign_in("olive@example.com")
    page = browser.get(PAGE).text
    assert sentence in page and "Use an authenticator app" in page and "Add passkey" not in page
    answer = asked(browser, f"{PAGE}/passkeys/options", PAGE, current=PASSWORD)
    assert (answer.status_code, sentence in answer.json["detail"]) == (409, True)


def test_the_shop_s_name_in_any_script_is_compared_as_browsers_write_it(
    browser: Browser, owner: Any, shop_at: Callable[[str], None]
) -> None:
    shop_at("https://Bücher.example:443")
    browser.sign_in("olive@example.com")
    assert add(browser, SoftPasskey("https://xn--bcher-kva.example")).status_code == 200


def test_the_name_of_a_passkey_is_not_in_the_chain(phone: SoftPasskey) -> None:
    rows = db.session.scalars(text("SELECT row_to_json(e)::text FROM events e"))
    assert not [row for row in rows if "Olive's phone" in row]
    assert db.session.scalars(select(Passkey.name)).one() == "Olive's phone"
