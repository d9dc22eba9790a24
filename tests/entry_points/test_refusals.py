"""What a request that is refused leaves in the log, HEAD, and who may read the shop's figures."""

from __future__ import annotations

import re
from typing import Any

import pytest
import structlog
from flask import Flask, request

from app.accounts.services.links import issue_link
from app.accounts.services.staff import staff_actor
from app.accounts.verbs import create_staff, disable_staff, enable_staff, issue_api_token
from app.core.actor import system
from app.core.clock import now
from app.core.outbound.adapters import of_kind
from tests.api.test_hooks import Doorbell
from tests.backoffice.conftest import Person
from tests.order_rows import placed_order
from tests.servers import MONITOR


def logged(events: list[Any], name: str) -> dict[str, Any]:
    (found,) = [event for event in events if event["event"] == name]
    return dict(found)


def test_a_bad_api_key_is_logged_with_its_hash_and_where_it_came_from(client: Any) -> None:
    with structlog.testing.capture_logs() as events:
        answer = client.get(
            "/api/v1/orders",
            headers={"Authorization": "Bearer mrk_stolen"},
            environ_base={"REMOTE_ADDR": "192.0.2.7"},
        )
    assert answer.status_code == 401
    found = logged(events, "api.key_refused")
    assert (found["ip"], found["path"], found["reason"]) == (
        "192.0.2.7",
        "/api/v1/orders",
        "unknown",
    )
    assert len(found["key"]) == 12 and "stolen" not in str(events)


def test_an_order_that_is_not_theirs_is_logged_with_who_asked(client: Any) -> None:
    with structlog.testing.capture_logs() as events:
        answer = client.get("/orders/MR-99999999", environ_base={"REMOTE_ADDR": "192.0.2.8"})
    assert answer.status_code == 404
    found = logged(events, "order.unknown")
    assert (found["ip"], found["order"], found["who"]) == ("192.0.2.8", "MR-99999999", "A visitor")


def test_another_customer_s_order_is_logged_with_who_asked_and_looks_like_one_that_is_not_there(
    client: Any, session: Any
) -> None:
    mine, theirs = placed_order(), placed_order()
    client.get(f"/t/{issue_link(mine.id, 'Ada Example', actor=system('cli'))}")
    here = {"REMOTE_ADDR": "192.0.2.8"}
    with structlog.testing.capture_logs() as events:
        answer = client.get(f"/orders/{theirs.ref}", environ_base=here)
        absent = client.get("/orders/MR-99999999", environ_base=here)
    assert (answer.status_code, absent.status_code) == (404, 404)
    assert answer.text.count(theirs.ref) == absent.text.count("MR-99999999")
    found = logged(events, "order.foreign")
    assert found["log_level"] == "warning"
    assert (found["who"], found["kind"]) == ("Ada Example", "customer")
    where = (found["ip"], found["method"], found["path"], found["order"])
    assert where == ("192.0.2.8", "GET", f"/orders/{theirs.ref}", theirs.ref)


def test_a_verb_on_another_customer_s_order_is_logged_too(client: Any, session: Any) -> None:
    mine, theirs = placed_order(), placed_order()
    client.get(f"/t/{issue_link(mine.id, 'Ada Example', actor=system('cli'))}")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/link").text)
    assert token is not None
    form = {"csrf_token": token.group(1), "typed_name": "Ada Example", "version": "1"}
    with structlog.testing.capture_logs() as events:
        answer = client.post(f"/orders/{theirs.ref}/accept_quote", data=form)
    assert answer.status_code == 404
    found = logged(events, "order.foreign")
    assert (found["who"], found["method"], found["order"]) == ("Ada Example", "POST", theirs.ref)


def test_a_webhook_with_a_false_signature_is_logged_with_its_source_and_where_it_came_from(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(of_kind("storefront"), "doorbell", Doorbell)
    with structlog.testing.capture_logs() as events:
        answer = client.post(
            "/hooks/doorbell",
            data=b'{"order": 1}',
            headers={"X-Signature": "0" * 64},
            environ_base={"REMOTE_ADDR": "192.0.2.6"},
        )
    assert answer.status_code == 401
    found = logged(events, "webhook.false_signature")
    assert found["log_level"] == "warning"
    assert (found["ip"], found["method"], found["path"], found["source"]) == (
        "192.0.2.6",
        "POST",
        "/hooks/doorbell",
        "doorbell",
    )
    assert "000000" not in str(events)


def test_a_revoked_and_an_expired_key_are_logged_by_their_label(client: Any, session: Any) -> None:
    for end in ("revoked_at", "expires_at"):
        row, secret = issue_api_token(None, f"Shop {end}", ["order.view"], actor=system("cli"))
        setattr(row, end, now())
        with structlog.testing.capture_logs() as events:
            answer = client.get("/api/v1/orders", headers={"Authorization": f"Bearer {secret}"})
        assert answer.status_code == 401
        found = logged(events, "api.key_refused")
        reason = "revoked" if end == "revoked_at" else "not valid now"
        assert (found["label"], found["reason"]) == (f"Shop {end}", reason)
        assert secret not in str(events)


def test_a_key_ends_with_whoever_created_it_at_once_and_for_good(client: Any, session: Any) -> None:
    engineer = system("cli")
    oscar = create_staff(None, "oscar@example.com", "Oscar", ["owner"], actor=engineer)
    create_staff(None, "olive@example.com", "Olive", ["owner"], actor=engineer)
    _, secret = issue_api_token(None, "Web shop", ["order.view"], actor=staff_actor(oscar))
    headers = {"Authorization": f"Bearer {secret}"}
    assert client.get("/api/v1/orders", headers=headers).status_code == 200
    disable_staff(oscar.id, actor=engineer)
    for again in (False, True):
        if again:
            enable_staff(oscar.id, actor=engineer)
        with structlog.testing.capture_logs() as events:
            assert client.get("/api/v1/orders", headers=headers).status_code == 401
        found = logged(events, "api.key_refused")
        assert (found["label"], found["reason"]) == ("Web shop", "revoked")


def test_a_form_without_its_token_is_logged_with_where_it_came_from(
    app: Flask, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    with structlog.testing.capture_logs() as events:
        answer = client.post("/link", environ_base={"REMOTE_ADDR": "192.0.2.9"})
    assert answer.status_code == 400
    found = logged(events, "csrf.refused")
    assert (found["ip"], found["method"], found["path"]) == ("192.0.2.9", "POST", "/link")


def test_a_form_without_its_token_is_logged_with_who_sent_it(
    app: Flask, session: Any, client: Any
) -> None:
    """The token is checked before anybody is identified: the log says who it was all the same."""
    owner = Person(app.test_client(), "owner")
    order = placed_order()
    client.get(f"/t/{issue_link(order.id, 'Ada Example', actor=system('cli'))}")
    sent = (
        (owner.client, "/admin/account/profile", (owner.staff.name, "staff")),
        (owner.client, "/link", (owner.staff.name, "staff")),
        (client, f"/orders/{order.ref}/accept_quote", ("Ada Example", "customer")),
        (app.test_client(), "/admin/account/profile", ("A visitor", "customer")),
    )
    for sender, path, who in sent:
        with structlog.testing.capture_logs() as events:
            answer = sender.post(path, environ_base={"REMOTE_ADDR": "192.0.2.9"})
        assert answer.status_code == 400
        found = logged(events, "csrf.refused")
        assert (found["who"], found["kind"]) == who
        assert (found["ip"], found["path"]) == ("192.0.2.9", path)


def test_head_is_get_without_a_body_wherever_a_form_is_taken(app: Flask, client: Any) -> None:
    seen = []
    app.before_request_funcs.setdefault(None, []).append(lambda: seen.append(request.method))
    try:
        for path in ("/link", "/admin/sign-in", "/admin/forgotten", "/"):
            fields = {"email": "ada@example.com", "order_ref": "MR-10001"}
            head, get = client.head(path, data=fields), client.get(path)
            assert (head.status_code, head.data) == (get.status_code, b""), path
            assert head.headers["Content-Type"] == get.headers["Content-Type"]
    finally:
        app.before_request_funcs[None].pop()
    assert set(seen) == {"GET"}


@pytest.mark.parametrize("path", ["/metrics", "/readyz"])
def test_figures_and_faults_are_for_the_monitor_alone(client: Any, path: str) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer "}):
        answer = client.get(path, headers=headers)
        assert answer.status_code == 401
        assert "MONITOR_TOKEN" in answer.text
        assert "makeready_" not in answer.text and "redis" not in answer.text
    assert client.get(path, headers=MONITOR).status_code in (200, 503)


def test_what_a_proxy_asks_needs_no_token_and_says_nothing(client: Any) -> None:
    assert client.get("/healthz").text == client.get("/readyz/pages").text == "ok\n"
