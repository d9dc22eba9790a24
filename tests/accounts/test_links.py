"""A customer's link to one order."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text, update

from app.accounts.models import OrderLink
from app.accounts.services.attempts import account_key
from app.accounts.services.links import (
    ensure_link,
    find_link,
    issue_link,
    links_of,
)
from app.accounts.services.staff import staff_actor
from app.accounts.verbs import revoke_link
from app.core.actor import Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import AlreadyDone, NotAllowed
from tests.accounts.conftest import Browser, events, make_order


@pytest.fixture
def token(order_id: Any, engineer: Any) -> str:
    return issue_link(order_id, "Anna Example", actor=engineer)


def test_a_link_is_long_hashed_and_leaves_an_event(order_id: Any, token: str) -> None:
    assert len(token) == 43  # 256 bits
    (link,) = links_of(order_id)
    assert link.token == token
    (event,) = events("link.issued")
    assert (event.subject_id, event.stream_id) == (link.id, order_id)
    lines = db.session.execute(
        text(
            "SELECT row_to_json(l)::text FROM order_links l "
            "UNION ALL SELECT row_to_json(e)::text FROM events e"
        )
    ).scalars()
    assert not [line for line in lines if token in line]


def test_opening_a_link_uses_up_nothing_and_clears_the_address_bar(
    browser: Browser, other_browser: Browser, order_id: Any, token: str
) -> None:
    for visitor in (browser, other_browser, browser):
        answer = visitor.get(f"/t/{token}")
        assert answer.status_code == 303
        assert answer.location == f"/orders/{order_id}"
        assert answer.headers["Referrer-Policy"] == "strict-origin"
        assert visitor.get(answer.location).text == "Anna Example at link"
    (link,) = links_of(order_id)
    assert link.opened_count == 3


def test_the_cookie_has_no_token_and_no_script_reads_it(browser: Browser, token: str) -> None:
    answer = browser.get(f"/t/{token}")
    (cookie,) = [line for line in answer.headers.getlist("Set-Cookie") if "makeready_links" in line]
    assert token not in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie


def test_under_https_the_cookie_is_bound_to_the_host(
    app: Any, browser: Browser, token: str
) -> None:
    from app.core import settings

    before = settings.current()
    settings.use(before.model_copy(update={"base_url": "https://shop.example.com"}))
    try:
        answer = browser.get(f"/t/{token}")
    finally:
        settings.use(before)
    (cookie,) = [line for line in answer.headers.getlist("Set-Cookie") if "makeready_links" in line]
    assert cookie.startswith("__Host-makeready_links=")
    assert "Secure" in cookie
    assert "Domain" not in cookie


def test_a_forged_cookie_opens_nothing(browser: Browser, order_id: Any, token: str) -> None:
    browser.get(f"/t/{token}")
    good = browser.client.get_cookie("makeready_links").value
    browser.client.set_cookie("makeready_links", good[:-2] + "xx")
    assert browser.get(f"/orders/{order_id}").status_code == 403


def test_one_link_opens_one_order_only(browser: Browser, order_id: Any, token: str) -> None:
    other = make_order("bert@example.com")
    browser.get(f"/t/{token}")
    assert browser.get(f"/orders/{order_id}").status_code == 200
    assert browser.get(f"/orders/{other}").status_code == 403


def test_a_browser_keeps_several_links_and_is_named_by_the_orders_own(
    browser: Browser, order_id: Any, token: str, engineer: Any
) -> None:
    other = make_order("bert@example.com")
    second = issue_link(other, "Bert Example", actor=engineer)
    browser.get(f"/t/{token}")
    browser.get(f"/t/{second}")
    assert browser.get(f"/orders/{order_id}").text == "Anna Example at link"
    assert browser.get(f"/orders/{other}").text == "Bert Example at link"


def test_a_revoked_link_is_gone_at_once_also_where_it_is_open(
    browser: Browser, order_id: Any, token: str, engineer: Any
) -> None:
    browser.get(f"/t/{token}")
    assert browser.get(f"/orders/{order_id}").status_code == 200
    revoke_link(find_link(token).id, actor=engineer)
    assert browser.get(f"/orders/{order_id}").status_code == 403
    page = browser.get(f"/t/{token}")
    assert page.status_code == 410
    assert "This link was revoked by the shop." in page.text
    assert "Send new link" in page.text
    (link,) = links_of(order_id)
    with pytest.raises(AlreadyDone):
        revoke_link(link.id, actor=engineer)
    assert len(events("link.revoked")) == 1


def test_an_old_link_says_so_and_an_unknown_one_too(
    browser: Browser, order_id: Any, token: str
) -> None:
    browser.get(f"/t/{token}")
    db.session.execute(update(OrderLink).values(expires_at=now() - timedelta(seconds=1)))
    assert browser.get(f"/orders/{order_id}").status_code == 403
    old = browser.get(f"/t/{token}")
    assert (old.status_code, "This link has expired." in old.text) == (410, True)
    unknown = browser.get(f"/t/{token[:-3]}")
    assert (unknown.status_code, "This link is incomplete or invalid" in unknown.text) == (
        404,
        True,
    )
    assert unknown.headers["Referrer-Policy"] == "strict-origin"


def test_a_new_link_is_asked_for_without_the_address_being_kept(
    browser: Browser, order_id: Any, token: str, engineer: Any
) -> None:
    (link,) = links_of(order_id)
    revoke_link(link.id, actor=engineer)
    answer = browser.post(f"/t/{token}", {"email": "Anna@Example.com "})
    assert (answer.status_code, answer.location) == (303, "/link/sent")
    assert browser.get(answer.location).status_code == 200
    (event,) = events("link.requested")
    assert event.stream_id == order_id
    assert event.data["order_id"] == str(order_id)
    assert event.data["email_key"] == account_key("anna@example.com")
    assert "anna@example" not in str(event.data).lower()


def test_without_a_known_link_the_order_is_named(browser: Browser, session: Any) -> None:
    refused = browser.post("/link", {"email": "anna@example.com"})
    assert (refused.status_code, "Enter your order number" in refused.text) == (422, True)
    taken = browser.post("/link", {"email": "anna@example.com", "order_ref": "MR-10428"})
    assert taken.location == "/link/sent"
    (event,) = events("link.requested")
    assert (event.data["order_id"], event.data["order_ref"]) == (None, "MR-10428")


def test_asking_for_links_again_and_again_meets_a_wait(
    browser: Browser, order_id: Any, token: str, engineer: Any
) -> None:
    revoke_link(find_link(token).id, actor=engineer)
    codes = [
        browser.post(f"/t/{token}", {"email": "anna@example.com"}).status_code for _ in range(4)
    ]
    assert codes == [303, 303, 303, 429]
    assert len(events("link.requested")) == 3


def test_messages_share_one_link_while_it_is_good(order_id: Any, engineer: Any) -> None:
    first = ensure_link(order_id, "Anna Example", actor=engineer)
    assert ensure_link(order_id, "Anna  Example", actor=engineer).id == first.id
    assert ensure_link(order_id, "Bert Example", actor=engineer).id != first.id
    revoke_link(first.id, actor=engineer)
    assert ensure_link(order_id, "Anna Example", actor=engineer).id != first.id


def test_a_link_made_under_a_former_secret_key_still_opens_but_is_not_sent_again(
    browser: Browser, order_id: Any, token: str, engineer: Any
) -> None:
    from app.core import settings

    before = settings.current()
    settings.use(before.model_copy(update={"secret_key": "another secret key of the shop"}))
    try:
        fresh = ensure_link(order_id, "Anna Example", actor=engineer)
        assert find_link(token).id != fresh.id
        assert find_link(fresh.token).id == fresh.id
    finally:
        settings.use(before)


def test_only_who_may_resend_messages_revokes_a_link(
    take_on: Any, order_id: Any, token: str
) -> None:
    customer = Actor("customer", None, "A visitor", "portal")
    operator = staff_actor(take_on("omar", "operator"))
    sales = staff_actor(take_on("ines", "sales"))
    for actor in (customer, operator):
        with pytest.raises(NotAllowed):
            revoke_link(find_link(token).id, actor=actor)
    (link,) = links_of(order_id)
    assert link.revoked_at is None
    revoke_link(link.id, actor=sales)
    assert link.revoked_at is not None


def test_a_refused_page_leaves_an_event_with_the_one_who_was_refused(
    browser: Browser, order_id: Any, token: str
) -> None:
    other = make_order("bert@example.com")
    browser.get(f"/t/{token}")
    browser.get(f"/orders/{other}")
    (event,) = events("access.denied")
    (link,) = links_of(order_id)
    assert (event.subject_id, event.actor_label) == (link.id, "Anna Example")
    assert event.data["path"] == f"/orders/{other}"
    for _ in range(25):
        browser.get(f"/orders/{other}")
    assert len(events("access.denied")) == 20
