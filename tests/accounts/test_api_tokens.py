"""Keys for other software."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.accounts.services.api_tokens import verify_api_token
from app.accounts.services.staff import staff_actor
from app.accounts.verbs import issue_api_token, revoke_api_token
from app.core.clock import now
from app.core.db import db
from app.core.errors import AlreadyDone, BadInput, NotAllowed
from tests.accounts.conftest import Browser, events


def test_a_key_may_do_what_its_scopes_say(session: Any, engineer: Any) -> None:
    row, secret = issue_api_token(
        None, "Storefront", ["order.view", "order.create"], actor=engineer
    )
    actor = verify_api_token(secret)
    assert actor is not None
    assert (actor.kind, actor.id, actor.label, actor.door) == ("api", row.id, "Storefront", "api")
    assert actor.permissions == {"order.view", "order.create"}
    assert len(events("api_token.issued")) == 1


def test_the_key_is_not_in_the_database(session: Any, engineer: Any) -> None:
    _, secret = issue_api_token(None, "Storefront", ["order.view"], actor=engineer)
    lines = db.session.execute(
        text(
            "SELECT row_to_json(t)::text FROM api_tokens t "
            "UNION ALL SELECT row_to_json(e)::text FROM events e"
        )
    ).scalars()
    assert not [line for line in lines if secret in line]


def test_invented_old_and_revoked_keys_open_nothing(session: Any, engineer: Any) -> None:
    assert verify_api_token("mrk_invented") is None
    row, secret = issue_api_token(None, "Storefront", ["order.view"], actor=engineer)
    row.expires_at = now() - timedelta(seconds=1)
    assert verify_api_token(secret) is None
    row.expires_at = now() + timedelta(days=1)
    assert verify_api_token(secret) is not None
    revoke_api_token(row.id, actor=engineer)
    assert verify_api_token(secret) is None
    with pytest.raises(AlreadyDone):
        revoke_api_token(row.id, actor=engineer)
    assert len(events("api_token.revoked")) == 1


@pytest.mark.parametrize("scopes", [[], ["everything"], ["*"]])
def test_scopes_are_permissions_of_the_table(
    session: Any, engineer: Any, scopes: list[str]
) -> None:
    with pytest.raises(BadInput):
        issue_api_token(None, "Storefront", scopes, actor=engineer)


def test_finance_hands_out_no_keys(take_on: Any) -> None:
    with pytest.raises(NotAllowed):
        issue_api_token(None, "X", ["order.view"], actor=staff_actor(take_on("fay", "finance")))


def test_a_key_counts_under_api_only(browser: Browser, session: Any, engineer: Any) -> None:
    _, secret = issue_api_token(None, "Storefront", ["order.view"], actor=engineer)
    with_key = {"Authorization": f"Bearer {secret}"}
    assert browser.get("/api/who", headers=with_key).text == "api api Storefront"
    assert browser.get("/who", headers=with_key).text == "customer portal A visitor"
    assert browser.get("/admin/account", headers=with_key).status_code == 303
