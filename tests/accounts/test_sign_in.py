"""Signing in and out through the page, and the limit on tries."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update

from app.accounts.models import SignInAttempt, StaffSession
from app.accounts.services.resets import set_password
from app.accounts.services.staff import staff_actor
from app.accounts.verbs import disable_staff
from app.core.clock import now
from app.core.db import db
from app.core.ids import hash_token
from tests.accounts.conftest import PASSWORD, Browser, events

ACCOUNT = "/admin/account"


def cookie(browser: Browser) -> str:
    return browser.client.get_cookie("makeready").value


def test_a_right_password_opens_the_back_office(browser: Browser, take_on: Any) -> None:
    ines = take_on("ines", "sales")
    answer = browser.sign_in(" INES@example.com")
    assert answer.status_code == 303
    assert answer.location == "/admin/"
    page = browser.get(ACCOUNT)
    assert page.status_code == 200
    assert "Ines" in page.text
    (event,) = events("staff.signed_in")
    assert (event.actor_id, event.door, event.stream_id) == (ines.id, "backoffice", ines.id)
    assert event.data == {"ip": "198.51.100.7"}


@pytest.mark.parametrize(
    ("email", "password", "reason"),
    [
        ("ines@example.com", "not the password", "wrong_password"),
        ("nobody@example.com", PASSWORD, "unknown"),
        ("gone@example.com", PASSWORD, "disabled"),
        ("", "", "unknown"),
    ],
)
def test_whatever_is_wrong_the_sentence_is_the_same_and_the_event_says_what(
    browser: Browser, take_on: Any, engineer: Any, email: str, password: str, reason: str
) -> None:
    take_on("ines", "sales")
    disable_staff(take_on("gone", "sales").id, actor=engineer)
    answer = browser.sign_in(email, password)
    assert answer.status_code == 401
    assert "The e-mail address or the password is wrong." in answer.text
    assert browser.get(ACCOUNT).status_code == 303
    (event,) = events("access.denied")
    assert event.data["reason"] == reason
    assert "nobody@" not in str(event.data)


def test_a_new_session_has_nothing_of_the_browsers_old_one(browser: Browser, take_on: Any) -> None:
    take_on("ines", "sales")
    browser.get("/admin/sign-in")
    planted = cookie(browser)
    browser.sign_in("ines@example.com")
    signed_in = cookie(browser)
    assert signed_in != planted
    browser.client.set_cookie("makeready", planted)
    assert browser.get(ACCOUNT).status_code == 303
    browser.client.set_cookie("makeready", signed_in)
    assert browser.get(ACCOUNT).status_code == 200


def test_what_only_reads_leaves_the_cookie_alone(browser: Browser, take_on: Any) -> None:
    """Else a picture that comes late takes back the sentence which another answer left in it."""
    take_on("ines", "sales")
    browser.sign_in("ines@example.com")
    browser.get(ACCOUNT)
    assert browser.get(ACCOUNT).headers.getlist("Set-Cookie") == []


def test_signing_in_again_ends_the_browsers_former_session(browser: Browser, take_on: Any) -> None:
    ines = take_on("ines", "sales")
    browser.sign_in("ines@example.com")
    former = cookie(browser)
    take_on("bo", "quality")
    page = browser.get(ACCOUNT)  # the sign-in page leads on; the form may still be open in a tab
    from tests.accounts.conftest import csrf_token

    form = {"csrf_token": csrf_token(page.text), "email": "bo@example.com", "password": PASSWORD}
    browser.client.post("/admin/sign-in", data=form, environ_base=browser.environ)
    assert "Bo" in browser.get(ACCOUNT).text
    browser.client.set_cookie("makeready", former)
    assert browser.get(ACCOUNT).status_code == 303
    assert [event.stream_id for event in events("staff.signed_out")] == [ines.id]


def test_signing_out_kills_the_session_and_the_second_click_says_the_same(
    browser: Browser, take_on: Any
) -> None:
    take_on("ines", "sales")
    browser.sign_in("ines@example.com")
    kept = cookie(browser)
    first = browser.post("/admin/sign-out", on=ACCOUNT)
    assert first.location == "/admin/sign-in"
    second = browser.post("/admin/sign-out", on="/admin/sign-in")
    assert second.location == "/admin/sign-in"
    assert len(events("staff.signed_out")) == 1
    browser.client.set_cookie("makeready", kept)
    assert browser.get(ACCOUNT).status_code == 303


def test_a_get_signs_nobody_out(browser: Browser, take_on: Any) -> None:
    take_on("ines", "sales")
    browser.sign_in("ines@example.com")
    assert browser.get("/admin/sign-out").status_code == 405
    assert browser.get(ACCOUNT).status_code == 200


def test_forms_without_the_pages_token_are_refused(browser: Browser, take_on: Any) -> None:
    take_on("ines", "sales")
    form = {"email": "ines@example.com", "password": PASSWORD}
    assert browser.client.post("/admin/sign-in", data=form).status_code == 400
    browser.sign_in("ines@example.com")
    for path in ("/admin/sign-out", f"{ACCOUNT}/profile", f"{ACCOUNT}/password"):
        assert browser.client.post(path, data={"name": "X"}).status_code == 400
    assert browser.get(ACCOUNT).status_code == 200


def test_five_wrong_tries_make_even_the_right_password_wait(
    browser: Browser, other_browser: Browser, take_on: Any
) -> None:
    take_on("ines", "sales")
    for _ in range(5):
        assert browser.sign_in("ines@example.com", "wrong password").status_code == 401
    answer = browser.sign_in("INES@example.com ")
    assert answer.status_code == 429
    assert "Wait 15 minutes, then try again." in answer.text
    assert other_browser.sign_in("ines@example.com").status_code == 303


def test_an_unknown_address_waits_alike(browser: Browser, session: Any) -> None:
    for _ in range(5):
        browser.sign_in("nobody@example.com", "wrong password")
    assert browser.sign_in("nobody@example.com").status_code == 429


def test_the_wait_ends_however_often_somebody_tries_meanwhile(
    browser: Browser, take_on: Any
) -> None:
    take_on("ines", "sales")
    for _ in range(5):
        browser.sign_in("ines@example.com", "wrong password")
    db.session.execute(update(SignInAttempt).values(created_at=now() - timedelta(minutes=14)))
    answer = browser.sign_in("ines@example.com")
    assert "Wait 1 minute, then try again." in answer.text
    wrong = SignInAttempt.outcome == "wrong"
    db.session.execute(
        update(SignInAttempt).where(wrong).values(created_at=now() - timedelta(minutes=16))
    )
    assert browser.sign_in("ines@example.com").status_code == 303


def test_a_right_password_begins_the_count_anew(browser: Browser, take_on: Any) -> None:
    take_on("ines", "sales")
    for _ in range(4):
        browser.sign_in("ines@example.com", "wrong password")
    assert browser.sign_in("ines@example.com").status_code == 303
    browser.client.delete_cookie("makeready")
    assert browser.sign_in("ines@example.com", "wrong password").status_code == 401
    assert browser.sign_in("ines@example.com").status_code == 303


def test_one_address_that_tries_many_accounts_waits(browser: Browser, take_on: Any) -> None:
    take_on("ines", "sales")
    for number in range(30):
        db.session.add(
            SignInAttempt(
                kind="password",
                account_key=hash_token(str(number)),
                ip="198.51.100.7",
                outcome="wrong",
                created_at=now(),
            )
        )
    assert browser.sign_in("ines@example.com").status_code == 429


def test_the_count_outlives_a_wiped_redis(browser: Browser, take_on: Any) -> None:
    from app.core.queue import connection

    take_on("ines", "sales")
    for _ in range(5):
        browser.sign_in("ines@example.com", "wrong password")
    connection().flushall()
    assert browser.sign_in("ines@example.com").status_code == 429


def test_tries_at_the_same_moment_do_not_slip_through_the_count(committed: Any) -> None:
    from app.accounts.services.attempts import TooManyTries, begin_attempt, judge_attempt

    with committed.app.app_context():
        ids = []
        for _ in range(12):  # all written and committed before the first is judged
            ids.append(begin_attempt("password", "ines@example.com", ip="198.51.100.7"))
            db.session.commit()
        passed = 0
        for attempt_id in ids:
            try:
                judge_attempt(attempt_id)
                passed += 1
            except TooManyTries:
                pass
            db.session.commit()
        assert passed <= 5


def test_no_secret_stands_in_the_database(browser: Browser, take_on: Any) -> None:
    take_on("ines", "sales")
    browser.sign_in("ines@example.com")
    from flask.sessions import SecureCookieSessionInterface
    from itsdangerous import URLSafeTimedSerializer

    signer: URLSafeTimedSerializer | None = SecureCookieSessionInterface().get_signing_serializer(
        browser.client.application
    )
    assert signer is not None
    secret = signer.loads(cookie(browser))["_user_id"]
    row = db.session.scalar(select(StaffSession))
    assert row is not None
    assert row.token_hash == hash_token(secret)
    everything = db.session.execute(
        text(
            "SELECT row_to_json(s)::text FROM staff_sessions s UNION ALL "
            "SELECT row_to_json(e)::text FROM events e"
        )
    ).scalars()
    assert not [line for line in everything if secret in line or PASSWORD in line]


def test_a_disabled_person_is_out_at_the_next_click(
    browser: Browser, take_on: Any, engineer: Any
) -> None:
    ines = take_on("ines", "sales")
    browser.sign_in("ines@example.com")
    assert browser.get(ACCOUNT).status_code == 200
    disable_staff(ines.id, actor=engineer)
    assert browser.get(ACCOUNT).status_code == 303


def test_a_password_set_elsewhere_signs_every_browser_out(browser: Browser, take_on: Any) -> None:
    ines = take_on("ines", "sales")
    browser.sign_in("ines@example.com")
    set_password(ines, "another long password", staff_actor(ines))
    assert browser.get(ACCOUNT).status_code == 303


@pytest.mark.parametrize(
    "change",
    [
        {"last_seen_at": timedelta(hours=-12, seconds=-1)},
        {"expires_at": timedelta(seconds=-1)},
    ],
)
def test_a_session_ends_without_use_and_by_age(
    browser: Browser, take_on: Any, change: dict[str, timedelta]
) -> None:
    take_on("ines", "sales")
    browser.sign_in("ines@example.com")
    values = {name: now() + delta for name, delta in change.items()}
    db.session.execute(update(StaffSession).values(**values))
    assert browser.get(ACCOUNT).status_code == 303


def test_last_seen_moves_at_most_once_a_minute(browser: Browser, take_on: Any) -> None:
    take_on("ines", "sales")
    browser.sign_in("ines@example.com")
    seen = now() - timedelta(seconds=50)
    db.session.execute(update(StaffSession).values(last_seen_at=seen))
    browser.get(ACCOUNT)
    assert db.session.scalar(select(StaffSession.last_seen_at)) == seen
    old = now() - timedelta(hours=2)
    db.session.execute(update(StaffSession).values(last_seen_at=old))
    browser.get(ACCOUNT)
    moved = db.session.scalar(select(StaffSession.last_seen_at))
    assert moved is not None
    assert moved > seen


@pytest.mark.parametrize(
    ("wanted", "lands"),
    [
        ("/admin/account?x=1", "/admin/account?x=1"),
        ("https://evil.example/admin/", "/admin/"),
        ("//evil.example/admin/", "/admin/"),
        ("/\\evil.example", "/admin/"),
        ("/admin/\\..\\evil", "/admin/"),
        ("/admin/sign-out", "/admin/"),
        ("javascript:alert(1)", "/admin/"),
    ],
)
def test_after_sign_in_one_lands_in_the_back_office_only(
    browser: Browser, take_on: Any, wanted: str, lands: str
) -> None:
    take_on("ines", "sales")
    assert browser.sign_in("ines@example.com", next=wanted).location == lands


def test_the_sign_in_page_leads_back_to_where_one_was_going(browser: Browser, session: Any) -> None:
    answer = browser.get(f"{ACCOUNT}?x=1")
    assert answer.status_code == 303
    assert answer.location == "/admin/sign-in?next=/admin/account?x%3D1"
    assert 'value="/admin/account?x=1"' in browser.get(answer.location).text


def test_everything_under_admin_is_shut_for_strangers(browser: Browser, session: Any) -> None:
    assert browser.get("/admin").status_code == 303
    assert browser.get("/admin/").status_code == 303
    assert browser.get("/admin/nothing-like-this").status_code == 303
    fragment = browser.get(ACCOUNT, headers={"HX-Request": "true"})
    assert fragment.status_code == 401
    assert fragment.headers["HX-Redirect"].startswith("/admin/sign-in")
    program = browser.get(ACCOUNT, headers={"Accept": "application/json"})
    assert program.status_code == 401


def test_static_files_touch_no_database(app: Any, browser: Browser, take_on: Any) -> None:
    from sqlalchemy import event

    take_on("ines", "sales")
    browser.sign_in("ines@example.com")
    statements: list[str] = []

    def note(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
        statements.append(statement)

    connection = db.session.connection()
    event.listen(connection, "before_cursor_execute", note)
    try:
        answer = browser.client.get("/static/css/tokens.css")
    finally:
        event.remove(connection, "before_cursor_execute", note)
    assert answer.status_code == 200
    assert [line for line in statements if "SAVEPOINT" not in line] == []
