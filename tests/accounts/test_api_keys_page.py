"""The page of API keys: created once, listed with their use, revoked, dead with their issuer."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import select

from app.accounts.models import ApiToken
from app.accounts.services.api_tokens import verify_api_token
from app.accounts.services.staff import staff_actor
from app.accounts.verbs import change_roles, disable_staff, enable_staff, issue_api_token
from app.core.db import db
from tests.accounts.conftest import Browser, events

PAGE = "/admin/api-keys/"


def test_a_key_is_created_shown_once_used_and_revoked(browser: Browser, owner: Any) -> None:
    browser.sign_in("olive@example.com")
    form = {"label": "Web shop", "days": "90", "scopes": ["order.view", "stock.view"]}
    made = browser.post(f"{PAGE}new/", form)
    found = re.search(r'value="(mrk_[^"]+)"', made.text)
    assert made.status_code == 200 and found, made.text[:400]
    secret = found.group(1)
    listed = browser.get(PAGE).text
    assert secret not in listed and "Web shop" in listed and "Olive" in listed and "Never" in listed
    actor = verify_api_token(secret)
    assert actor is not None and actor.permissions == {"order.view", "stock.view"}
    db.session.commit()
    row = db.session.scalars(select(ApiToken)).one()
    assert (row.expires_at - row.created_at).days == 90
    assert "Never" not in browser.get(PAGE).text
    page = f"{PAGE}details/?id={row.id}"
    assert "View orders" in browser.get(page).text
    browser.post(f"{PAGE}{row.id}/revoke_api_token", on=page)
    assert verify_api_token(secret) is None
    assert "Revoked" in browser.get(PAGE).text
    assert len(events("api_token.revoked")) == 1


def test_a_key_without_a_permission_is_refused_at_its_form(browser: Browser, owner: Any) -> None:
    browser.sign_in("olive@example.com")
    answer = browser.post(f"{PAGE}new/", {"label": "Web shop", "days": "90"})
    assert "Choose at least one permission." in answer.text
    forged = browser.post(f"{PAGE}new/", {"label": "x", "days": "90", "scopes": ["*"]})
    assert "mrk_" not in forged.text
    assert db.session.scalars(select(ApiToken)).all() == []


def test_a_key_dies_with_whoever_issued_it_and_does_not_come_back(
    owner: Any, take_on: Any, engineer: Any
) -> None:
    other = take_on("oscar", "owner")
    _, secret = issue_api_token(None, "Web shop", ["order.view"], actor=staff_actor(other))
    disable_staff(other.id, actor=engineer)
    assert verify_api_token(secret) is None
    enable_staff(other.id, actor=engineer)
    assert verify_api_token(secret) is None
    assert len(events("api_token.revoked")) == 1


def test_a_key_may_do_no_more_than_whoever_issued_it(
    owner: Any, take_on: Any, engineer: Any
) -> None:
    other = take_on("oscar", "owner")
    scopes = ["order.view", "staff.manage"]
    _, secret = issue_api_token(None, "Web shop", scopes, actor=staff_actor(other))
    change_roles(other.id, ["sales"], actor=engineer)
    actor = verify_api_token(secret)
    assert actor is not None and actor.permissions == {"order.view"}


def test_nobody_without_the_right_sees_the_keys(browser: Browser, take_on: Any) -> None:
    take_on("ines", "sales")
    browser.sign_in("ines@example.com")
    assert browser.get(PAGE).status_code == 403
    assert browser.get(f"{PAGE}new/").status_code == 403
