"""Requests that mean harm or nonsense: an answer with a sentence, and nothing given away."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from flask import Flask, current_app

from app.accounts.passwords import hashed
from app.accounts.services.links import issue_link
from app.cli.access_log import masked
from app.core.actor import system
from tests.accounts.conftest import PASSWORD
from tests.backoffice.conftest import Person
from tests.order_rows import placed_order

SECRET = "s3cret-token-of-somebody"


@pytest.fixture
def owner(app: Flask, session: Any) -> Person:
    return Person(app.test_client(), "owner")


@pytest.mark.parametrize(
    "path",
    [
        "/p/a%00b",
        "/t/a%00b",
        "/orders/MR-1%00",
        "/link/sent?x=%00",
        "/orders/MR-999999999999999",
        "/orders/" + "9" * 3000,
        "/p/" + "x" * 3000,
        "/%ff%fe",
        "/p/..%2f..%2fetc%2fpasswd",
        "/static/..%2f..%2fwsgi.py",
        "/static/../../wsgi.py",
        "/uploads/not-a-uuid",
    ],
)
def test_an_address_of_nonsense_is_answered_and_breaks_nothing(client: Any, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in {200, 400, 404}
    assert "create_app" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/admin/orders/?search=a%00b",
        "/admin/orders/?search=" + "x" * 3500,
        "/admin/orders/?search=%25%25%25_%5C",
        "/admin/orders/?page=%00",
        "/admin/orders/?page=999999999999",
        "/admin/orders/?sort=999&desc=x",
        "/admin/orders/?flt0_0=%00",
        "/admin/orders/details/?id=%00",
        "/admin/orders/details/?id=" + "9" * 200,
        "/admin/jobs/?search=%00",
        "/admin/job/J-999999999999999999999",
        "/admin/order/MR-99999999999999999999999",
        "/admin/shipment/S-99999999999999999999999",
        "/admin/station/%00",
        "/admin/customers/?search=%00",
        "/admin/events/?search=%00",
        "/admin/search/?q=%00",
        "/admin/search/?q=" + "x" * 3500,
        "/admin/board/?customer=%00&product=%00&due=x",
        "/admin/new-order/?q=%00",
        "/admin/new-order/?q=" + "x" * 3500,
        "/admin/new-order/a%00b",
        "/admin/new-order/" + "x" * 3000,
    ],
)
def test_a_back_office_address_of_nonsense_is_answered_too(owner: Person, path: str) -> None:
    assert owner.get(path).status in {200, 303, 400, 404}


def test_a_sign_that_no_database_keeps_is_refused_in_a_form(client: Any) -> None:
    page = client.get("/admin/sign-in").text
    token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    form = {"csrf_token": token, "email": "ada\x00@example.com", "password": "x" * 20}
    assert client.post("/admin/sign-in", data=form).status_code in {400, 401}


@pytest.mark.parametrize(
    "address",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "/admin/\\evil.example",
     "javascript:alert(1)", "/admin/\r\nX: 1", "http:/admin/"],
)  # fmt: skip
def test_signing_in_never_leads_out_of_the_shop(app: Flask, session: Any, address: str) -> None:
    client = app.test_client()
    person = Person(client, "sales")
    person.staff.password_hash = hashed(PASSWORD)
    person.press("/admin/account", "sign-out")
    fields = person.get("/admin/sign-in").document.forms[0].form_values()
    form = {**dict(fields), "email": person.staff.email, "password": PASSWORD, "next": address}
    answer = person.send("/admin/sign-in", form).answer
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/")


def test_a_form_that_is_too_large_is_refused_before_it_is_read(client: Any) -> None:
    answer = client.post("/link", data={"email": "x" * 3_000_000})
    assert answer.status_code == 413


def test_a_token_never_stands_in_the_log_of_a_fault(
    app: Flask, session: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from app.accounts.doors import links, resets

    def breaks(*_: Any) -> None:
        raise RuntimeError("inner words")

    monkeypatch.setattr(links, "open_link", breaks)
    monkeypatch.setattr(resets.resets, "find_reset", breaks)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    with caplog.at_level(logging.DEBUG):
        for path in (f"/t/{SECRET}", f"/admin/choose-password/{SECRET}"):
            answer = app.test_client().get(path)
            assert answer.status_code == 500
            assert "inner words" not in answer.text
    said = "\n".join(record.getMessage() for record in caplog.records)
    assert "fault" in said and "/t/…" in said and "/admin/choose-password/…" in said
    assert SECRET not in said


@pytest.mark.parametrize(
    "line",
    [
        f"GET /t/{SECRET} HTTP/1.1",
        f"GET /admin/choose-password/{SECRET}?x=1 HTTP/1.1",
        f"GET /ws?ticket={SECRET} HTTP/1.1",
        f"https://shop.example.com/t/{SECRET}",
    ],
)
def test_an_access_log_holds_no_token_either(line: str) -> None:
    assert SECRET not in masked(line)
    assert masked("GET /orders/MR-10001 HTTP/1.1") == "GET /orders/MR-10001 HTTP/1.1"


def test_a_database_fault_is_logged_without_the_values_that_went_in(session: Any) -> None:
    import sqlalchemy as sa

    with pytest.raises(sa.exc.DBAPIError) as caught:
        session.execute(sa.text("SELECT 1 / (:hash)::int"), {"hash": SECRET})
    logged = str(caught.value).replace(str(caught.value.orig), "")
    assert SECRET not in logged
    assert "parameters hidden" in logged


def test_a_flood_of_requests_is_slowed_down_for_its_address_alone(client: Any) -> None:
    page = client.get("/link").text
    token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]

    def ask(address: str) -> int:
        answer = client.post(
            "/p/none/request", data={"csrf_token": token}, environ_base={"REMOTE_ADDR": address}
        )
        return int(answer.status_code)

    assert [ask("203.0.113.5") for _ in range(22)] == [404] * 20 + [429] * 2
    assert ask("203.0.113.6") == 404


def test_without_redis_the_limits_hold_nobody_up(app: Flask, client: Any) -> None:
    limiter = app.extensions["limits"]
    storage = limiter._storage
    try:
        limiter._storage = type("Away", (), {"__getattr__": _away})()
        assert client.get("/api/v1/openapi.json").status_code == 200
    finally:
        limiter._storage = storage


def _away(self: Any, name: str) -> Any:
    raise ConnectionError("no Redis")


def test_the_timeouts_stand_in_every_connection(session: Any) -> None:
    import sqlalchemy as sa

    from app.core.settings import current

    shown = {
        name: session.scalar(sa.text(f"SHOW {name}"))
        for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    }
    assert shown == {
        "statement_timeout": f"{current().statement_timeout_ms // 1000}s",
        "lock_timeout": f"{current().lock_timeout_ms // 1000}s",
        "idle_in_transaction_session_timeout": "2min",
    }


def test_a_link_s_cookie_forged_or_of_a_link_taken_back_opens_nothing(
    app: Flask, session: Any
) -> None:
    from app.accounts.services.links import find_link
    from app.accounts.verbs import revoke_link

    order = placed_order()
    secret = issue_link(order.id, "Ada", actor=system("cli"))
    session.commit()
    client = app.test_client()
    client.get(f"/t/{secret}")
    address = f"/orders/{order.ref}"
    assert client.get(address).status_code == 200
    forged = app.test_client()
    forged.set_cookie("makeready_links", f'["{order.id.hex}"]')
    assert forged.get(address).status_code == 404
    revoke_link(find_link(secret).id, actor=system("cli"))
    session.commit()
    assert client.get(address).status_code == 404
    assert current_app.name == "app"
