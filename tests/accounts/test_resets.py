"""Choosing a new password by e-mail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event as sa_event
from sqlalchemy import select, text, update
from sqlalchemy.engine import Engine

from app.accounts import passwords
from app.accounts.models import PasswordReset, SignInAttempt
from app.accounts.services.attempts import begin_attempt
from app.accounts.services.resets import (
    find_reset,
    prepare_reset,
    request_reset,
    reset_password,
)
from app.accounts.services.sessions import start_session
from app.accounts.services.staff import staff_actor
from app.accounts.verbs import disable_staff, send_password_link
from app.core.actor import system
from app.core.clock import now
from app.core.db import db
from app.core.errors import BadInput, NotAllowed, NotFound, WrongState
from tests.accounts.conftest import Browser, csrf_token, events

NEW = "another long password"


@contextmanager
def statements() -> Iterator[list[str]]:
    """The SQL that is run meanwhile, without its values."""
    ran: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        ran.append(re.sub(r"_\d+", "", statement))

    sa_event.listen(Engine, "before_cursor_execute", note)
    try:
        yield ran
    finally:
        sa_event.remove(Engine, "before_cursor_execute", note)


def ask(email: str, actor: Any) -> PasswordReset | None:
    attempt_id = begin_attempt("reset", email, ip="198.51.100.7")
    request_reset(attempt_id, email, actor=actor)
    return prepare_reset(attempt_id, actor=actor)


def test_the_answer_is_the_same_whoever_has_the_address(browser: Browser, take_on: Any) -> None:
    take_on("ines", "sales")
    answers = []
    for email in ("ines@example.com", "nobody@example.com"):
        answer = browser.post("/admin/forgotten", {"email": email})
        answers.append((answer.status_code, answer.location, browser.get(answer.location).text))
    known, unknown = answers
    assert known[:2] == unknown[:2] == (303, "/admin/sign-in")
    assert "sent an e-mail with a link" in known[2]
    assert "sent an e-mail with a link" in unknown[2]
    found = [
        prepare_reset(event.subject_id, actor=system()) for event in events("staff.reset_asked")
    ]
    assert [reset is not None for reset in found] == [True, False]
    assert len(events("staff.reset_requested")) == 1


def test_the_same_statements_are_run_whoever_has_the_address(
    browser: Browser, take_on: Any
) -> None:
    """So it takes the same time: what differs is done later, by a worker."""
    take_on("ines", "sales")
    disabled = take_on("gone", "sales")
    disabled.disabled_at = now()
    page = browser.get("/admin/forgotten")
    ran: list[list[str]] = []
    for email in ("ines@example.com", "nobody@example.com", "gone@example.com"):
        form = {"csrf_token": csrf_token(page.text), "email": email}
        with statements() as mine:
            browser.client.post("/admin/forgotten", data=form, environ_base=browser.environ)
        ran.append(mine)
    assert ran[0] and ran[0] == ran[1] == ran[2]


def test_a_request_that_is_an_hour_old_prepares_no_link(take_on: Any, engineer: Any) -> None:
    take_on("ines", "sales")
    attempt_id = begin_attempt("reset", "ines@example.com", ip="198.51.100.7")
    request_reset(attempt_id, "ines@example.com", actor=engineer)
    db.session.execute(update(SignInAttempt).values(created_at=now() - timedelta(minutes=61)))
    db.session.expire_all()
    assert prepare_reset(attempt_id, actor=engineer) is None


def test_a_link_is_looked_at_as_often_as_one_likes_and_used_once(
    browser: Browser, take_on: Any, engineer: Any
) -> None:
    ines = take_on("ines", "sales")
    start_session(ines, ip="198.51.100.7", user_agent="")
    reset = ask("INES@example.com", engineer)
    assert reset is not None
    address = f"/admin/choose-password/{reset.token}"
    for _ in range(3):
        page = browser.get(address)
        assert page.status_code == 200
        assert page.headers["Referrer-Policy"] == "strict-origin"
    answer = browser.post(address, {"password": NEW, "again": NEW})
    assert answer.status_code == 303
    assert passwords.fits(NEW, ines.password_hash)
    (event,) = events("staff.password_set")
    assert (event.actor_id, event.door) == (ines.id, "link")
    assert event.data["sessions_ended"] == 1
    second = browser.get(address)
    assert second.status_code == 409
    assert "This link was already used" in second.text


def test_a_bad_choice_leaves_the_link_good(browser: Browser, take_on: Any, engineer: Any) -> None:
    take_on("ines", "sales")
    reset = ask("ines@example.com", engineer)
    assert reset is not None
    address = f"/admin/choose-password/{reset.token}"
    differing = browser.post(address, {"password": NEW, "again": NEW + "x"})
    assert (differing.status_code, "The two passwords differ." in differing.text) == (422, True)
    short = browser.post(address, {"password": "short", "again": "short"})
    assert (short.status_code, "at least 10 characters" in short.text) == (422, True)
    assert browser.post(address, {"password": NEW, "again": NEW}).status_code == 303


def test_an_old_link_and_an_invented_one_open_nothing(take_on: Any, engineer: Any) -> None:
    take_on("ines", "sales")
    reset = ask("ines@example.com", engineer)
    assert reset is not None
    token = reset.token
    assert find_reset(token).id == reset.id
    db.session.execute(update(PasswordReset).values(expires_at=now() - timedelta(seconds=1)))
    db.session.expire_all()
    with pytest.raises(WrongState):
        reset_password(token, NEW)
    with pytest.raises(NotFound):
        reset_password("invented", NEW)
    assert events("staff.password_set") == []


def test_a_link_is_good_for_one_hour(take_on: Any, engineer: Any) -> None:
    take_on("ines", "sales")
    reset = ask("ines@example.com", engineer)
    assert reset is not None
    left = reset.expires_at - now()
    assert timedelta(minutes=59) < left <= timedelta(hours=1)


def test_a_disabled_person_gets_no_link_and_loses_an_open_one(take_on: Any, engineer: Any) -> None:
    ines = take_on("ines", "sales")
    reset = ask("ines@example.com", engineer)
    assert reset is not None
    disable_staff(ines.id, actor=engineer)
    with pytest.raises(WrongState):
        find_reset(reset.token)
    assert ask("ines@example.com", engineer) is None


def test_the_token_is_not_in_the_database(take_on: Any, engineer: Any) -> None:
    take_on("ines", "sales")
    reset = ask("ines@example.com", engineer)
    assert reset is not None
    token = reset.token
    assert len(token) == 43
    lines = db.session.execute(
        text(
            "SELECT row_to_json(r)::text FROM password_resets r "
            "UNION ALL SELECT row_to_json(e)::text FROM events e"
        )
    ).scalars()
    assert not [line for line in lines if token in line]


def test_asking_again_and_again_meets_a_wait(browser: Browser, take_on: Any) -> None:
    take_on("ines", "sales")
    codes = [
        browser.post("/admin/forgotten", {"email": "ines@example.com"}).status_code
        for _ in range(4)
    ]
    assert codes == [303, 303, 303, 429]
    assert db.session.scalar(select(PasswordReset.id).offset(3)) is None


def test_an_owner_sends_a_link_and_sales_does_not(take_on: Any, owner: Any) -> None:
    ines = take_on("ines", "sales")
    send_password_link(ines.id, actor=staff_actor(owner))
    (event,) = events("staff.reset_requested")
    assert (event.actor_id, event.data["invited"]) == (owner.id, False)
    with pytest.raises(NotAllowed):
        send_password_link(owner.id, actor=staff_actor(ines))


def test_the_password_itself_is_checked_before_the_link_is_spent(
    take_on: Any, engineer: Any
) -> None:
    take_on("ines", "sales")
    reset = ask("ines@example.com", engineer)
    assert reset is not None
    with pytest.raises(BadInput):
        reset_password(reset.token, "short")
    assert reset.used_at is None
