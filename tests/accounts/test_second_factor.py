"""Codes of an authenticator app and recovery codes at sign-in; who must have them, and from when on."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select, text

from app.accounts.models import SignInAttempt
from app.accounts.second_factor_models import Authenticator, Passkey, RecoveryCode
from app.accounts.services import second_factor
from app.accounts.services.staff import staff_actor
from app.accounts.verbs import (
    add_authenticator,
    create_staff,
    disable_staff,
    reset_second_factor,
)
from app.core.clock import now
from app.core.db import db
from app.core.errors import BadInput, NotAllowed, WrongState
from tests.accounts.conftest import PASSWORD, Browser, events

ACCOUNT, PAGE, CODE = "/admin/account", "/admin/account/sign-in", "/admin/sign-in/code"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code(steps: int = 0, secret: str = SECRET) -> str:
    return str(pyotp.TOTP(secret).at(int(now().timestamp()) + 30 * steps))


def with_app(person: Any) -> list[str]:
    """Set up the person's app, with a code of the step before; return the recovery codes."""
    codes = add_authenticator(person.id, SECRET, code(-1), actor=staff_actor(person))
    db.session.commit()
    return codes


def test_an_app_is_set_up_on_the_page_and_asked_for_at_the_next_sign_in(
    browser: Browser, other_browser: Browser, owner: Any
) -> None:
    browser.sign_in("olive@example.com")
    browser.post(f"{PAGE}/begin", on=PAGE)
    page = browser.get(PAGE).text
    found = re.search(r'<code class="mono">([A-Z2-7]{32})</code>', page)
    assert found and "<svg" in page
    secret = found.group(1)
    wrong = browser.post(f"{PAGE}/authenticator", {"code": "000000", "current": PASSWORD}, on=PAGE)
    assert (wrong.status_code, "This code doesn&#39;t match." in wrong.text) == (422, True)
    form = {"code": code(-1, secret), "current": "not my password"}
    assert browser.post(f"{PAGE}/authenticator", form, on=PAGE).status_code == 422
    made = browser.post(f"{PAGE}/authenticator", form | {"current": PASSWORD}, on=PAGE)
    assert len(re.findall(r"<li>[a-z2-9]{5}-[a-z2-9]{5}</li>", made.text)) == 10
    assert len(events("staff.authenticator_added")) == 1
    first = other_browser.sign_in("olive@example.com", next="/admin/staff/")
    assert first.location == f"{CODE}?next=/admin/staff/"
    assert other_browser.get(ACCOUNT).status_code == 303
    second = other_browser.post(CODE, {"code": code(0, secret), "next": "/admin/staff/"})
    assert second.location == "/admin/staff/"
    assert other_browser.get(ACCOUNT).status_code == 200


def test_an_app_that_is_not_set_up_in_the_end_leaves_the_page(browser: Browser, owner: Any) -> None:
    browser.sign_in("olive@example.com")
    browser.post(f"{PAGE}/begin", on=PAGE)
    assert "Code from the app" in browser.get(PAGE).text
    browser.post(f"{PAGE}/cancel", on=PAGE)
    assert "Code from the app" not in browser.get(PAGE).text


def test_removing_the_app_keeps_the_factor_where_a_passkey_is_left(
    browser: Browser, owner: Any
) -> None:
    with_app(owner)
    row = Passkey(staff_id=owner.id, credential_id=b"1", public_key=b"", sign_count=0, name="Phone")
    db.session.add(row)
    browser.sign_in("olive@example.com")
    browser.post(CODE, {"code": code()})
    browser.post(f"{PAGE}/remove", {"current": PASSWORD}, on=PAGE)
    assert (second_factor.has_authenticator(owner.id), owner.second_factor_at is None) == (
        False,
        False,
    )
    assert second_factor.codes_left(owner.id) == 10
    again = browser.post(f"{PAGE}/remove", {"current": PASSWORD}, on=PAGE)
    assert (again.status_code, "No authenticator app is set up" in again.text) == (409, True)


def test_each_code_is_taken_once(browser: Browser, other_browser: Browser, owner: Any) -> None:
    with_app(owner)
    used = code()
    browser.sign_in("olive@example.com")
    assert browser.post(CODE, {"code": used}).status_code == 303
    other_browser.sign_in("olive@example.com")
    answer = other_browser.post(CODE, {"code": used})
    assert (answer.status_code, "wrong or was used already" in answer.text) == (401, True)
    assert events("access.denied")[-1].data["what"] == "second_factor"


def test_a_recovery_code_takes_the_app_s_place_once(
    browser: Browser, other_browser: Browser, owner: Any
) -> None:
    spare = with_app(owner)[0]
    browser.sign_in("olive@example.com")
    assert browser.post(CODE, {"code": spare.upper().replace("-", " ")}).status_code == 303
    assert [event.data for event in events("staff.recovery_code_used")] == [{"left": 9}]
    other_browser.sign_in("olive@example.com")
    assert other_browser.post(CODE, {"code": spare}).status_code == 401


def test_five_wrong_codes_make_even_the_right_one_wait(browser: Browser, owner: Any) -> None:
    with_app(owner)
    browser.sign_in("olive@example.com")
    for _ in range(5):
        assert browser.post(CODE, {"code": "000000"}).status_code == 401
    assert browser.post(CODE, {"code": code()}).status_code == 429


def test_without_the_password_there_is_no_second_step(browser: Browser, owner: Any) -> None:
    with_app(owner)
    assert browser.get(CODE).location.startswith("/admin/sign-in")
    browser.sign_in("olive@example.com", "wrong password")
    assert browser.get(CODE).location.startswith("/admin/sign-in")


def test_a_disabled_person_s_right_code_opens_nothing(
    browser: Browser, owner: Any, take_on: Any, engineer: Any
) -> None:
    bo = take_on("bo", "sales")
    with_app(bo)
    browser.sign_in("bo@example.com")
    disable_staff(bo.id, actor=engineer)
    assert browser.post(CODE, {"code": code()}).status_code == 401


@pytest.mark.parametrize(("role", "must"), [("owner", True), ("finance", True), ("sales", False)])
def test_owners_and_finance_must_have_one_when_the_grace_is_over(
    browser: Browser, take_on: Any, role: str, must: bool
) -> None:
    person = take_on("ines", role)
    browser.sign_in("ines@example.com")
    page = browser.get(ACCOUNT)
    assert ("Set up an authenticator app or a passkey." in page.text) is must
    assert (person.second_factor_due_at is not None) is must
    if not must:
        return
    assert timedelta(days=13) < person.second_factor_due_at - now() <= timedelta(days=14)
    person.second_factor_due_at = now() - timedelta(seconds=1)
    assert browser.get(ACCOUNT).location == PAGE
    assert browser.get(PAGE).status_code == 200
    refused = browser.post(f"{ACCOUNT}/profile", {"name": "X"}, on=PAGE)
    assert refused.status_code == 403
    with_app(person)
    assert browser.get(ACCOUNT).status_code == 200


def test_removing_one_that_is_required_leads_back_to_setting_it_up(
    browser: Browser, owner: Any
) -> None:
    browser.sign_in("olive@example.com")
    with_app(owner)
    browser.post(f"{PAGE}/remove", {"current": PASSWORD}, on=PAGE)
    assert len(events("staff.authenticator_removed")) == 1
    assert browser.get(ACCOUNT).location == PAGE


def test_another_owner_resets_a_lost_one_and_nobody_their_own(
    browser: Browser, owner: Any, take_on: Any
) -> None:
    oscar = take_on("oscar", "owner")
    with_app(owner)
    with pytest.raises(WrongState):
        reset_second_factor(owner.id, actor=staff_actor(owner))
    with pytest.raises(NotAllowed):
        reset_second_factor(owner.id, actor=staff_actor(take_on("ines", "sales")))
    reset_second_factor(owner.id, actor=staff_actor(oscar))
    (event,) = events("staff.second_factor_reset")
    assert (event.actor_id, event.stream_id) == (oscar.id, owner.id)
    assert db.session.scalars(select(RecoveryCode)).all() == []
    assert browser.sign_in("olive@example.com").location == "/admin/"
    assert browser.get(ACCOUNT).location == PAGE


def test_the_last_owner_is_reset_by_a_command(app: Flask, owner: Any) -> None:
    from app.cli.staff import staff

    with_app(owner)
    done = app.test_cli_runner().invoke(staff, ["reset-second-factor", "olive@example.com"])
    assert done.exit_code == 0, done.output
    db.session.expire_all()
    assert owner.second_factor_at is None
    again = app.test_cli_runner().invoke(staff, ["reset-second-factor", "olive@example.com"])
    assert again.exit_code == 1 and "no second factor" in again.output


def test_nobody_changes_the_factor_of_another_person(owner: Any, take_on: Any) -> None:
    oscar = take_on("oscar", "owner")
    with pytest.raises(NotAllowed):
        add_authenticator(owner.id, SECRET, code(), actor=staff_actor(oscar))
    with pytest.raises(BadInput):
        add_authenticator(owner.id, SECRET, "12345", actor=staff_actor(owner))


def test_neither_secret_nor_codes_stand_in_the_database(owner: Any) -> None:
    codes = with_app(owner)
    rows = db.session.execute(
        text(
            "SELECT row_to_json(a)::text FROM authenticators a UNION ALL "
            "SELECT row_to_json(r)::text FROM recovery_codes r UNION ALL "
            "SELECT row_to_json(e)::text FROM events e"
        )
    ).scalars()
    plain = [SECRET, *codes, *(one.replace("-", "") for one in codes)]
    assert not [row for row in rows if any(one in row for one in plain)]
    former = db.session.scalars(select(Authenticator.secret)).one()
    assert second_factor.rotate() == 1
    assert db.session.scalars(select(Authenticator.secret)).one() != former
    attempt = SignInAttempt(kind="factor", account_key="x", ip="", outcome="wrong")
    db.session.add(attempt)
    db.session.flush()
    second_factor.check_code(attempt, owner, code(), actor=staff_actor(owner))


def test_a_person_without_a_required_role_may_have_one(take_on: Any, engineer: Any) -> None:
    create_staff(None, "bo@example.com", "Bo", ["sales"], actor=engineer, password=PASSWORD)
    bo = take_on("ines", "sales")
    with_app(bo)
    assert bo.second_factor_at is not None
